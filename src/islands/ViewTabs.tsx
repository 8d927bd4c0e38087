/** The views beside the picture, in tabs; every row of a view that has an entry or an object leads to it. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ComponentChildren, VNode } from 'preact';
import { wordsOf } from '#views/words/words.ts';
import { Markup } from './Markup.tsx';
import type { LabSession } from './session.ts';

interface ViewTabsProps {
  readonly session: LabSession;
  readonly children?: ComponentChildren;
}

export function ViewTabs({ session, children }: ViewTabsProps): VNode {
  const words = wordsOf(session.locale);
  const { views } = session.lab.show;
  const shown = session.view.value;
  const panel = useRef<HTMLDivElement>(null);
  const chain = session.chain.value;
  const html = session.viewMarkup.value;
  useLayoutEffect(() => {
    const lit = new Set(chain.map(String));
    for (const row of panel.current?.querySelectorAll<HTMLElement>('tr[data-entry]') ?? []) {
      row.toggleAttribute('data-lit', lit.has(row.dataset['entry'] ?? ''));
    }
  }, [chain, html]);
  const entry = session.entry.value;
  useEffect(() => {
    // A terminal shows its last line, another question begins at its top.
    if (panel.current === null || html === undefined) return;
    panel.current.scrollTop = shown === 'kubectl' ? panel.current.scrollHeight : 0;
  }, [shown, shown === 'kubectl' ? html : entry]);
  const panelId = `${session.prefix}-panel`;
  const onTabKey = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    const next = views[(views.indexOf(shown) + by + views.length) % views.length];
    if (next === undefined) return;
    event.preventDefault();
    session.show(next);
    const tabs = (event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('[role=tab]');
    tabs[views.indexOf(next)]?.focus();
  };
  return (
    <div class="lab-view">
      {views.length > 1 && (
        <div class="lab-tabs" role="tablist" onKeyDown={onTabKey}>
          {views.map((view) => (
            <button
              key={view}
              type="button"
              role="tab"
              aria-selected={view === shown}
              aria-controls={panelId}
              tabIndex={view === shown ? 0 : -1}
              onClick={() => session.show(view)}
            >
              {words.views[view] ?? view}
            </button>
          ))}
        </div>
      )}
      <div
        class="lab-panel"
        id={panelId}
        ref={panel}
        role={views.length > 1 ? 'tabpanel' : undefined}
        aria-label={words.views[shown] ?? shown}
        tabIndex={0}
        onClick={(event) => follow(event, session)}
      >
        <Markup class="lab-view-markup" html={html}>
          {children}
        </Markup>
        {shown === 'kubectl' && <Prompt session={session} />}
      </div>
    </div>
  );
}

/** What a click in a view leads to: an object, or an entry and its time. */
function follow(event: MouseEvent, session: LabSession): void {
  if (!(event.target instanceof Element)) return;
  const object = event.target.closest<HTMLElement>('[data-object]')?.dataset['object'];
  if (object !== undefined) {
    session.chooseObject(object);
    return;
  }
  const row = event.target.closest<HTMLElement>('[data-entry]');
  const entry = Number(row?.dataset['entry'] ?? -1);
  if (row === null || entry < 0) return;
  const time = row.dataset['time'];
  // A step of a chain leads to its moment; the question stays the same.
  if (row.closest('.why') !== null) session.setTime(Number(time ?? 0));
  else session.choose(entry);
}

/** Where a command is typed. It is given at the shown time. */
function Prompt({ session }: { readonly session: LabSession }): VNode {
  const [text, setText] = useState('kubectl ');
  const words = wordsOf(session.locale);
  const send = (event: Event): void => {
    event.preventDefault();
    if (text.trim() === '') return;
    session.command(text.trim());
    setText('kubectl ');
  };
  return (
    <form class="lab-terminal" onSubmit={send}>
      <span aria-hidden="true">{words.prompt}</span>
      <input
        aria-label={words.typeCommand}
        title={words.enterHint}
        value={text}
        spellcheck={false}
        autocapitalize="off"
        autocomplete="off"
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
    </form>
  );
}
