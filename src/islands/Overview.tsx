/** The whole run as a strip, with the shown part as a frame that can be dragged and stretched. */
import { useRef } from 'preact/hooks';
import type { ComponentChildren, VNode } from 'preact';
import { timeText } from '#views/markup.ts';
import { wordsOf } from '#views/words/words.ts';
import { Markup } from './Markup.tsx';
import type { LabSession } from './session.ts';

interface OverviewProps {
  readonly session: LabSession;
  readonly children?: ComponentChildren;
}

type Handle = 'frame' | 'from' | 'to';

interface Grip {
  readonly handle: Handle;
  readonly x: number;
  readonly fromMs: number;
  readonly toMs: number;
}

const keyPart = 0.1;

export function Overview({ session, children }: OverviewProps): VNode {
  const track = useRef<HTMLDivElement>(null);
  const grip = useRef<Grip | undefined>(undefined);
  const endMs = session.endMs.value;
  const { fromMs, toMs } = session.window.value;
  const words = wordsOf(session.locale);
  const percent = (timeMs: number) => `${((timeMs / endMs) * 100).toFixed(3)}%`;

  const down = (event: PointerEvent): void => {
    if (event.button !== 0 || !(event.target instanceof HTMLElement)) return;
    const named = event.target.dataset['handle'] as Handle | undefined;
    let { fromMs: from, toMs: to } = session.window.value;
    if (named === undefined) {
      const box = track.current?.getBoundingClientRect();
      if (box === undefined) return;
      const timeMs = ((event.clientX - box.left) / box.width) * endMs;
      const half = (to - from) / 2;
      session.setWindow(timeMs - half, timeMs + half);
      session.setTime(timeMs, false);
      ({ fromMs: from, toMs: to } = session.window.value);
    }
    grip.current = { handle: named ?? 'frame', x: event.clientX, fromMs: from, toMs: to };
    track.current?.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent): void => {
    const held = grip.current;
    const box = track.current?.getBoundingClientRect();
    if (held === undefined || box === undefined) return;
    const byMs = ((event.clientX - held.x) / box.width) * endMs;
    if (held.handle === 'frame') session.setWindow(held.fromMs + byMs, held.toMs + byMs);
    if (held.handle === 'from') session.setWindow(held.fromMs + byMs, held.toMs);
    if (held.handle === 'to') session.setWindow(held.fromMs, held.toMs + byMs);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const stepMs = (toMs - fromMs) * keyPart;
    const acts: Readonly<Record<string, () => void>> = {
      ArrowRight: () => session.setWindow(fromMs + stepMs, toMs + stepMs),
      ArrowLeft: () => session.setWindow(fromMs - stepMs, toMs - stepMs),
      '+': () => session.zoom(0.5),
      '=': () => session.zoom(0.5),
      '-': () => session.zoom(2),
      Home: () => session.setWindow(0, toMs - fromMs),
      End: () => session.setWindow(endMs - (toMs - fromMs), endMs),
      Enter: () => session.setWindow(0, endMs),
    };
    const act = acts[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  return (
    <div class="lab-strip">
      <Markup class="lab-overview" html={session.scene.value?.overview}>
        {children}
      </Markup>
      <div
        class="lab-track"
        ref={track}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={() => {
          grip.current = undefined;
        }}
        onDblClick={() => session.setWindow(0, endMs)}
      >
        <div class="lab-now" style={{ left: percent(session.timeMs.value) }} />
        <div
          class="lab-frame"
          data-handle="frame"
          role="slider"
          tabIndex={0}
          aria-label={words.windowLabel}
          aria-valuemin={0}
          aria-valuemax={endMs}
          aria-valuenow={Math.round(fromMs)}
          aria-valuetext={`${timeText(fromMs)} – ${timeText(toMs)}`}
          style={{ left: percent(fromMs), width: percent(toMs - fromMs) }}
          onKeyDown={onKeyDown}
        >
          <i data-handle="from" />
          <i data-handle="to" />
        </div>
      </div>
    </div>
  );
}
