/** The bar of a lab: its title, steps, play, speed, and the one primary button. */
import { useEffect } from 'preact/hooks';
import type { VNode } from 'preact';
import { wordsOf } from '#views/words/words.ts';
import type { LabSession } from './session.ts';

const speeds = [0.01, 0.1, 0.25, 0.5, 1, 2, 5, 10, 100];

interface ControlsProps {
  readonly session: LabSession;
  readonly label: string;
  readonly title: string;
  readonly address: string;
  readonly linkTitle: string;
  readonly titleId: string;
}

export function Controls(props: ControlsProps): VNode {
  const { session, label, title, address, linkTitle, titleId } = props;
  const words = wordsOf(session.locale);
  const isPlaying = session.isPlaying.value;
  usePlay(session);
  return (
    <div class="lab-bar">
      <p class="lab-title" id={titleId}>
        <a href={address} title={linkTitle}>
          {label}
        </a>
        <span>{title}</span>
      </p>
      <div class="lab-controls">
        <button
          type="button"
          class="button"
          aria-label={words.previousEvent}
          onClick={() => session.step(-1)}
        >
          ‹ {words.event}
        </button>
        <button
          type="button"
          class="button"
          aria-label={words.nextEvent}
          onClick={() => session.step(1)}
        >
          {words.event} ›
        </button>
        <button type="button" class="button lab-play" onClick={() => session.togglePlay()}>
          {isPlaying ? words.pause : words.play}
        </button>
        <select
          class="button speed"
          aria-label={words.speed}
          onChange={({ currentTarget }) => {
            session.speed.value = Number(currentTarget.value);
          }}
        >
          {speeds.map((speed) => (
            <option key={speed} value={speed} selected={speed === session.speed.value}>
              {speed}×
            </option>
          ))}
        </select>
        <button type="button" class="button button-primary" onClick={() => session.runNow()}>
          {words.run} <span class="lab-shortcut">{words.shortcut}</span>
        </button>
      </div>
    </div>
  );
}

/** Moves the cursor with the wall's clock while the lab plays. */
function usePlay(session: LabSession): void {
  const isPlaying = session.isPlaying.value;
  useEffect(() => {
    if (!isPlaying) return;
    let last = performance.now();
    let frame = requestAnimationFrame(function advance(now: number) {
      session.setTime(session.timeMs.value + (now - last) * session.speed.value);
      last = now;
      if (session.timeMs.value >= session.endMs.value) session.isPlaying.value = false;
      else frame = requestAnimationFrame(advance);
    });
    return () => cancelAnimationFrame(frame);
  }, [isPlaying, session]);
}
