/**
 * A lab that is alive: manifests, views, picture, time. It hydrates over the built page's own markup, which comes in as
 * children, and moves nothing; the simulation starts when the lab is touched.
 */
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { ComponentChildren, VNode } from 'preact';
import type { Lab as LabData } from '#sim/lab/lab-format.ts';
import { timeText } from '#views/markup.ts';
import { wordsOf } from '#views/words/words.ts';
import { Controls } from './Controls.tsx';
import { Editor } from './editor/Editor.tsx';
import { Goals } from './Goals.tsx';
import { Markup } from './Markup.tsx';
import { Overview } from './Overview.tsx';
import { Predictions } from './Predictions.tsx';
import { LabSession } from './session.ts';
import type { SceneFacts } from './session.ts';
import { Timeline } from './Timeline.tsx';
import { ViewTabs } from './ViewTabs.tsx';

interface LabProps {
  readonly lab: LabData;
  readonly locale: string;
  /** Begins every id in the lab; one per lab on a page. */
  readonly prefix: string;
  readonly facts: SceneFacts;
  readonly label: string;
  readonly title: string;
  /** One or two sentences that say what the lab is. */
  readonly caption: string;
  readonly captionId: string;
  readonly address: string;
  readonly linkTitle: string;
  readonly titleId: string;
  /** The built page's markup: the manifests, and one slot for each part of the scene. */
  readonly children?: ComponentChildren;
  readonly picture?: ComponentChildren;
  readonly overview?: ComponentChildren;
  readonly legend?: ComponentChildren;
  readonly figures?: ComponentChildren;
  readonly instant?: ComponentChildren;
  readonly view?: ComponentChildren;
}

export function Lab(props: LabProps): VNode {
  const { lab, locale, prefix, facts } = props;
  const session = useMemo(
    () => new LabSession({ lab, locale, prefix, facts }),
    [lab, locale, prefix, facts],
  );
  const wake = () => session.wake();
  const isVeiled = (lab.predict ?? []).length > 0 && !session.isRevealed.value;
  const instrument = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // What the eye cannot read is not read out either; the built page, without scripting, veils nothing.
    for (const part of instrument.current?.querySelectorAll('.lab-panel, .lab-run') ?? []) {
      part.toggleAttribute('inert', isVeiled);
    }
  }, [isVeiled]);
  return (
    <div
      class="instrument"
      ref={instrument}
      data-ask={isVeiled ? '' : undefined}
      onPointerEnter={wake}
      onFocusCapture={wake}
      onTouchStart={wake}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        session.runNow();
      }}
    >
      <Controls session={session} {...props} />
      <p class="lab-caption" id={props.captionId}>
        {props.caption}
      </p>
      <Notices session={session} />
      <div class="lab-body">
        <div class="lab-editor">
          <Editor
            id={lab.id}
            locale={locale}
            files={lab.files}
            originals={lab.texts}
            texts={session.texts}
            onEdit={(name, text) => session.write(name, text)}
            keeping={session.keeping}
            onAside={(texts) => session.setAside(texts)}
            onRun={() => session.runNow()}
            diagnostics={session.diagnostics}
            marked={session.marked}
            sliders={lab.sliders ?? []}
          >
            {props.children}
          </Editor>
        </div>
        <ViewTabs session={session}>{props.view}</ViewTabs>
      </div>
      <Predictions session={session} />
      <div class="lab-scene" data-stale={session.isStale.value ? '' : undefined}>
        {isVeiled && <p class="lab-veil">{wordsOf(locale).veiled}</p>}
        <div class="lab-run">
          <Timeline session={session}>{props.picture}</Timeline>
          <Overview session={session}>{props.overview}</Overview>
          <Instant session={session}>{props.instant}</Instant>
          <Markup class="lab-legend" html={session.scene.value?.legend}>
            {props.legend}
          </Markup>
        </div>
      </div>
      <Markup class="lab-figures-of-run" html={session.scene.value?.figures}>
        {props.figures}
      </Markup>
      <Goals session={session} />
    </div>
  );
}

interface InstantProps {
  readonly session: LabSession;
  readonly children?: ComponentChildren;
}

/** What is the case at the shown time; silent while the lab plays. */
function Instant({ session, children }: InstantProps): VNode {
  const html = session.instant.value;
  return (
    <div class="lab-instant" aria-live={session.isPlaying.value ? 'off' : 'polite'}>
      <Markup class="lab-instant-text" html={html === '' ? undefined : html}>
        {children}
      </Markup>
    </div>
  );
}

/** Sentences about the run itself: mistakes of texts, a spent budget, a fork. */
function Notices({ session }: { readonly session: LabSession }): VNode {
  const words = wordsOf(session.locale);
  const fork = session.fork.value;
  const failure = session.failure.value;
  const ending = session.scene.value?.message ?? '';
  const first = session.diagnostics.value.find(({ severity }) => severity === 'error');
  const isStale = session.isStale.value && failure === '';
  return (
    <div aria-live="polite">
      {failure !== '' && (
        <p class="lab-message">
          {session.isUnloaded.value ? words.unloaded : `${words.broken} ${failure}`}
        </p>
      )}
      {isStale && first !== undefined && (
        <p class="lab-message">
          {first.file}, {words.line(first.line)}: {first.message} <span>{words.stale}</span>
        </p>
      )}
      {ending !== '' && <p class="lab-message">{ending}</p>}
      {fork !== undefined && (
        <p class="lab-message" data-tone="neutral">
          {words.forked(timeText(fork.timeMs))}
          <button type="button" class="linkish" onClick={() => session.showFork(!fork.isShown)}>
            {fork.isShown ? words.forkBack : words.forkForward}
          </button>
        </p>
      )}
    </div>
  );
}
