import { describe, expect, test } from 'vitest';
import type { Lab } from '#sim/lab/lab-format.ts';
import { whyMarkup, whyOf } from '#views/why.ts';
import { historyOf, scaleDown } from './sample-runs.ts';

/** Nobody schedules until 3 s. */
const away: Lab = {
  ...scaleDown,
  id: 'sample/away',
  until: '6s',
  do: [
    { at: '0s', fault: 'stop', target: 'kube-scheduler' },
    { at: '100ms', run: 'kubectl apply -f web.yaml' },
    { at: '3s', fault: 'start', target: 'kube-scheduler' },
  ],
};

describe('why a pod runs that waited for a component', () => {
  const history = historyOf(away);
  const running = [...history.trace.entries({ verb: 'container-started' })].at(-1)?.id ?? -1;
  const chain = whyOf(history, running);

  test('leads past the start of the component to the write that it found, and to the command', () => {
    const verbs = chain.map(({ verb }) => verb);
    const start = verbs.indexOf('fault');
    expect(start).toBeGreaterThan(0);
    expect(verbs.slice(start, start + 3)).toEqual(['fault', 'created', 'create-pods']);
    expect(chain[start + 1]?.object).toMatch(/^Pod\//);
    expect(verbs.at(-1)).toBe('command');
  });

  test('never goes forward in time', () => {
    const times = chain.map(({ timeMs }) => timeMs);
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  test('says where the chain goes on with what was found', () => {
    const markup = whyMarkup(history, running, 'en');
    expect(markup.match(/class="why-found"/g)).toHaveLength(1);
    expect(markup).toContain('this is where it began');
  });
});

test('only what went wrong is drawn as such', () => {
  const history = historyOf(scaleDown);
  const created = [...history.trace.entries({ verb: 'create-pods' })].at(-1)?.id ?? -1;
  expect(whyMarkup(history, created, 'en')).toContain('data-effect="plain"');
});

test('of what one command asked, nothing is caused by what it asked before', () => {
  const lab: Lab = {
    ...scaleDown,
    id: 'sample/two-deleted',
    do: [
      { at: '0s', run: 'kubectl apply -f web.yaml' },
      { at: '5s', run: 'kubectl delete pod -l app=web --wait=false' },
    ],
  };
  const history = historyOf(lab);
  const asked = [...history.trace.entries({ verb: 'deleting' })].filter(
    ({ detail, timeMs }) => detail?.['by'] === 'kubectl' && timeMs < 6000,
  );
  expect(asked.length).toBeGreaterThanOrEqual(3);
  for (const { id } of asked) {
    expect(whyOf(history, id).map(({ verb }) => verb)).toEqual(['deleting', 'command']);
  }
});
