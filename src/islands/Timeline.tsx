/** The picture with its cursor: drag, keys, clicks on marks and lanes; what a chain of causes touches is lit. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ComponentChildren, VNode } from 'preact';
import { clockText } from '#views/markup.ts';
import { isUnderFlag } from '#views/time-axis.ts';
import { wordsOf } from '#views/words/words.ts';
import { Markup } from './Markup.tsx';
import type { LabSession } from './session.ts';

interface TimelineProps {
  readonly session: LabSession;
  /** The built page's picture. */
  readonly children?: ComponentChildren;
}

const secondMs = 1000;

export function Timeline({ session, children }: TimelineProps): VNode {
  const drawn = useRef<HTMLDivElement>(null);
  const plot = useRef<HTMLDivElement>(null);
  const { fromMs, toMs } = session.window.value;
  const timeMs = session.timeMs.value;
  const part = (timeMs - fromMs) / (toMs - fromMs);
  const scene = session.scene.value;
  const html = session.picture.value ?? scene?.picture;
  const words = wordsOf(session.locale);

  useLayoutEffect(() => session.isShown(), [scene, session]);
  const chain = session.chain.value;
  useLayoutEffect(() => light(drawn.current, chain), [chain, html]);
  const widthPx = useWidth(plot);
  useLayoutEffect(() => clearFlag(drawn.current, part, widthPx), [part, html, widthPx]);

  const timeAt = (clientX: number): number => {
    const box = plot.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return 0;
    const { fromMs: from, toMs: to } = session.window.value;
    return from + ((clientX - box.left) / box.width) * (to - from);
  };
  const drag = useDrag(session, timeAt, plot);
  return (
    <div
      class="lab-drawn"
      ref={drawn}
      onPointerDown={drag.down}
      onPointerMove={drag.move}
      onPointerUp={drag.up}
      onPointerCancel={drag.cancel}
    >
      <Markup class="lab-picture" html={html}>
        {children}
      </Markup>
      <div
        class="lab-time"
        ref={plot}
        role="slider"
        tabIndex={0}
        aria-label={words.timeLabel}
        aria-valuemin={0}
        aria-valuemax={session.endMs.value}
        aria-valuenow={Math.round(timeMs)}
        aria-valuetext={words.cursorAt(`${clockText(timeMs)} s`)}
        aria-keyshortcuts="ArrowLeft ArrowRight Home End Space"
        title={words.keys}
        onKeyDown={(event) => onKey(event, session)}
      >
        <div
          class="lab-cursor"
          style={{ left: `${(Math.min(1, Math.max(0, part)) * 100).toFixed(3)}%` }}
          data-out={part < 0 || part > 1 ? '' : undefined}
        >
          <span class="lab-flag">{clockText(timeMs)}</span>
        </div>
      </div>
    </div>
  );
}

/** Lights what belongs to a chain, and nothing else. */
function light(root: HTMLElement | null, chain: readonly number[]): void {
  if (root === null) return;
  const lit = new Set(chain.map(String));
  for (const element of root.querySelectorAll<SVGElement>('[data-entry],[data-cause-of]')) {
    const entry = element.dataset['entry'] ?? element.dataset['causeOf'] ?? '';
    if (lit.has(entry)) element.setAttribute('data-lit', '');
    else element.removeAttribute('data-lit');
  }
}

/** The width of an element. It is told by the browser: to ask for it would have the page laid out at each edit. */
function useWidth(element: { readonly current: HTMLElement | null }): number | undefined {
  const [widthPx, setWidthPx] = useState<number>();
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new ResizeObserver((entries) => setWidthPx(entries.at(-1)?.contentRect.width));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return widthPx;
}

/** Takes away what the axis says where the cursor's flag stands. */
function clearFlag(root: HTMLElement | null, part: number, widthPx: number | undefined): void {
  if (widthPx === undefined) return;
  for (const tick of root?.querySelectorAll<SVGElement>('.v-axis') ?? []) {
    const at = Number.parseFloat(tick.getAttribute('x') ?? '0') / 100;
    const isHidden = isUnderFlag(Math.abs(at - part) * widthPx, tick.textContent);
    tick.classList.toggle('under-flag', isHidden);
  }
}

function onKey(event: KeyboardEvent, session: LabSession): void {
  const acts: Readonly<Record<string, () => void>> = {
    ArrowRight: () => session.step(1),
    ArrowUp: () => session.step(1),
    ArrowLeft: () => session.step(-1),
    ArrowDown: () => session.step(-1),
    Home: () => session.setTime(0),
    End: () => session.setTime(session.endMs.value),
    ' ': () => session.togglePlay(),
    '+': () => session.zoom(0.5),
    '=': () => session.zoom(0.5),
    '-': () => session.zoom(2),
    '0': () => session.setWindow(0, session.endMs.value),
  };
  const shifted: Readonly<Record<string, () => void>> = {
    ArrowRight: () => session.setTime(session.timeMs.value + secondMs),
    ArrowLeft: () => session.setTime(session.timeMs.value - secondMs),
  };
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const act = (event.shiftKey ? shifted[event.key] : undefined) ?? acts[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
}

interface Drag {
  readonly down: (event: PointerEvent) => void;
  readonly move: (event: PointerEvent) => void;
  readonly up: (event: PointerEvent) => void;
  readonly cancel: () => void;
}

/** A press on a mark asks why; on a lane it chooses the object; a drag moves the cursor. */
function useDrag(
  session: LabSession,
  timeAt: (clientX: number) => number,
  plot: { readonly current: HTMLDivElement | null },
): Drag {
  const state = useRef<{ x: number; isMoved: boolean } | undefined>(undefined);
  return {
    down(event) {
      if (event.button !== 0) return;
      session.isPlaying.value = false;
      state.current = { x: event.clientX, isMoved: false };
      if (!(event.currentTarget instanceof HTMLElement)) return;
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    move(event) {
      const drag = state.current;
      if (drag === undefined) {
        if (plot.current !== null) plot.current.dataset['over'] = markAt(event) < 0 ? '' : 'mark';
        return;
      }
      if (!drag.isMoved && Math.abs(event.clientX - drag.x) < 4) return;
      drag.isMoved = true;
      session.setTime(timeAt(event.clientX), false);
    },
    up(event) {
      const drag = state.current;
      state.current = undefined;
      if (drag === undefined) return;
      plot.current?.focus({ preventScroll: true });
      if (drag.isMoved) return;
      const entry = markAt(event);
      if (entry >= 0) {
        session.choose(entry);
        return;
      }
      const timeMs = timeAt(event.clientX);
      if (timeMs >= session.window.value.fromMs) session.setTime(timeMs, false);
      const object = laneAt(event);
      if (object !== undefined && object !== '') session.pick(object, session.timeMs.value);
    },
    cancel() {
      state.current = undefined;
    },
  };
}

/** How far from a mark a press still means it, in px: a finger is broader than a pointer. */
const reachPx: Readonly<Record<string, number>> = { mouse: 6, pen: 8, touch: 18 };

/** The entry of the mark at the pointer, the nearest of several; -1 where there is none. */
function markAt(event: PointerEvent): number {
  if (!(event.currentTarget instanceof HTMLElement)) return -1;
  const picture = event.currentTarget.querySelector('.picture');
  let nearest = reachPx[event.pointerType] ?? 6;
  let nearestMiddle = Infinity;
  let entry = -1;
  for (const mark of picture?.querySelectorAll<SVGElement>('[data-entry]') ?? []) {
    const { left, right, top, bottom, width, height } = mark.getBoundingClientRect();
    if (width === 0 && height === 0) continue;
    const x = Math.max(left - event.clientX, 0, event.clientX - right);
    const y = Math.max(top - event.clientY, 0, event.clientY - bottom);
    const apart = Math.hypot(x, y);
    const middle = Math.hypot(
      event.clientX - (left + right) / 2,
      event.clientY - (top + bottom) / 2,
    );
    if (apart > nearest || (apart === nearest && middle >= nearestMiddle)) continue;
    nearest = apart;
    nearestMiddle = middle;
    entry = Number(mark.dataset['entry']);
  }
  return entry;
}

/** The object of the lane under the pointer. */
function laneAt(event: PointerEvent): string | undefined {
  if (!(event.currentTarget instanceof HTMLElement)) return undefined;
  const svg = event.currentTarget.querySelector('.picture-plot');
  if (svg === null) return undefined;
  const y = event.clientY - svg.getBoundingClientRect().top;
  for (const lane of svg.querySelectorAll<SVGElement>('.lane')) {
    const top = Number(lane.dataset['top']);
    if (y >= top && y < top + Number(lane.dataset['height'])) return lane.dataset['object'];
  }
  return undefined;
}
