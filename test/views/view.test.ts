import { describe, expect, test } from 'vitest';
import { viewMarkup } from '#views/view.ts';
import { historyOf, scaleDown } from './sample-runs.ts';

const history = historyOf(scaleDown);
const deployment = 'Deployment/default/web';
const look = (view: string, timeMs: number, more: { object?: string; entry?: number } = {}) =>
  viewMarkup(view, history, { timeMs, entry: -1, object: '', locale: 'en', prefix: 'p', ...more });

describe('the tree', () => {
  test('hangs pods under their ReplicaSet under their Deployment', () => {
    const tree = look('tree', 5000);
    const order = ['Deployment', 'ReplicaSet', '<span class="tree-kind">Pod'].map((kind) =>
      tree.indexOf(kind),
    );
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(tree.match(/data-object="Pod\//g)).toHaveLength(3);
  });

  test('is that of the asked time', () => {
    expect(look('tree', 9000).match(/data-object="Pod\//g)).toHaveLength(2);
    expect(look('tree', 0)).not.toContain('Deployment');
  });
});

describe('the inspector', () => {
  test('marks what the last change changed', () => {
    const version = history
      .versions(deployment)
      .find(({ object }) => (object as { spec?: { replicas?: number } }).spec?.replicas === 2);
    const markup = look('inspector', version?.timeMs ?? 0, { object: deployment });
    expect(markup).toMatch(/data-change="removed">.*replicas.*3/);
    expect(markup).toMatch(/data-change="added">.*replicas.*2/);
  });

  test('says that an object is not there', () => {
    expect(look('inspector', 0, { object: deployment })).toContain('does not exist at this time');
    expect(look('inspector', 0)).toContain('Choose an object');
  });

  test('shows the object that is asked about while none is chosen', () => {
    const [entry] = [...history.trace.entries({ verb: 'created' })].filter(
      ({ object }) => object === deployment,
    );
    const markup = look('inspector', entry?.timeMs ?? 0, { entry: entry?.id ?? -1 });
    expect(markup).toContain('<b>Deployment web</b>');
  });
});

describe('the other views', () => {
  test('the terminal shows what was printed by then', () => {
    expect(look('kubectl', 50)).not.toContain('deployment.apps/web created');
    expect(look('kubectl', 1000)).toContain('deployment.apps/web created');
    expect(look('kubectl', 1000)).not.toContain('scale');
  });

  test('events are those of the time, the newest first', () => {
    const events = look('events', 9000);
    expect(events.indexOf('Killing')).toBeLessThan(events.indexOf('Scheduled'));
    expect(look('events', 0)).toContain('No events');
  });

  test('requests are counted by outcome and pod', () => {
    const sent = history.requests.rows(9000).length;
    const counts = [...look('requests', 9000).matchAll(/<\/td><td>(\d+)<\/td>/g)];
    expect(counts.reduce((sum, match) => sum + Number(match[1]), 0)).toBe(sent);
  });

  test('why leads from the signal back to the command', () => {
    const [sigterm] = [...history.trace.entries({ verb: 'sigterm' })];
    const why = look('why', 9000, { entry: sigterm?.id ?? -1 });
    const found = ['sends SIGTERM', 'deletes 1 pod', 'scales web-', 'kubectl scale deployment web'];
    const places = found.map((text) => why.indexOf(text));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(why).toContain('this is where it began');
  });

  test('the story tells everything once, as text', () => {
    const story = look('story', 9000);
    expect(story).toContain('<code>kubectl apply -f web.yaml</code>');
    expect(story).not.toContain('Lease');
  });

  test('what a reader has written is never markup', () => {
    expect(look('kubectl', 9000)).not.toContain('<script');
    expect(look('nonsense', 0)).toBe('');
  });
});
