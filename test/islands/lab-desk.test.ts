import { describe, expect, test } from 'vitest';
import type { Lab } from '#sim/lab/lab-format.ts';
import { LabDesk } from '#islands/lab-desk.ts';
import type { FromWorker, RunRequest } from '#islands/protocol.ts';
import { scaleDown } from '../views/sample-runs.ts';

const text = scaleDown.texts['web.yaml'] ?? '';

/** A desk with what it has said so far, and a wait for what it says next. */
function openDesk(lab: Lab) {
  const said: FromWorker[] = [];
  let wake: () => void = () => undefined;
  const opening = { type: 'open', lab, locale: 'en', prefix: 'p', parts: [] } as const;
  const desk = new LabDesk(opening, (message) => {
    said.push(message);
    wake();
  });
  const heard = async (isIt: (message: FromWorker) => boolean): Promise<FromWorker> => {
    for (;;) {
      const found = said.find(isIt);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { desk, said, heard };
}

const request = (web: string, more: Partial<RunRequest> = {}): RunRequest => ({
  texts: { 'web.yaml': web },
  actions: [],
  isForced: false,
  window: undefined,
  isOwn: false,
  look: {
    view: 'story',
    options: { timeMs: 1e9, entry: -1, object: '', locale: 'en', prefix: 'p' },
  },
  ...more,
});

describe('a lab at the worker’s desk', () => {
  test('runs the reader’s texts and sends the scene with its steps', async () => {
    const { desk, heard } = openDesk(scaleDown);
    desk.run(1, request(text.replace('replicas: 3', 'replicas: 5')));
    const ran = await heard(({ type }) => type === 'ran');
    if (ran.type !== 'ran') throw new Error('did not run');
    expect(ran.result.scene?.figures).toContain('<dd>5</dd><dt>pods at most</dt>');
    expect(ran.result.steps.length).toBe(ran.result.stepTimes.length);
    expect(ran.result.steps.length).toBeGreaterThan(20);
  });

  test('sends the open view with the run, at the entry that is explained first', async () => {
    const { desk, heard } = openDesk(scaleDown);
    const options = { timeMs: 1e9, entry: -1, object: '', locale: 'en', prefix: 'p' };
    desk.run(1, request(text, { look: { view: 'why', options } }));
    const ran = await heard(({ type }) => type === 'ran');
    if (ran.type !== 'ran' || ran.result.scene === undefined) throw new Error('did not run');
    const { scene, seen } = ran.result;
    expect(seen.look.options).toEqual({ ...options, entry: scene.entry, timeMs: scene.endMs });
    desk.ask(7, { kind: 'look', ...seen.look });
    const answered = await heard((message) => message.type === 'answer' && message.id === 7);
    expect(answered).toMatchObject({ answer: seen.answer });
    expect(seen.answer.chain.length).toBeGreaterThan(1);
  });

  test('gives the same run when its cluster was started ahead', async () => {
    const { desk, heard } = openDesk(scaleDown);
    desk.run(1, request(text));
    const first = await heard(({ type }) => type === 'ran');
    await new Promise((resolve) => setTimeout(resolve, 300));
    desk.run(2, request(text));
    const second = await heard((message) => message.type === 'ran' && message.generation === 2);
    if (first.type !== 'ran' || second.type !== 'ran') throw new Error('did not run');
    expect(second.result.scene).toEqual(first.result.scene);
  });

  test('gives way to an edit while it rehearses', async () => {
    const edited = request(text.replace('replicas: 3', 'replicas: 5'));
    const alone = openDesk(scaleDown);
    alone.desk.run(1, edited);
    const expected = await alone.heard(({ type }) => type === 'ran');
    const { desk, said, heard } = openDesk(scaleDown);
    desk.run(1, request(text, { isOwn: true }));
    await heard(({ type }) => type === 'diagnosed');
    await new Promise((resolve) => setTimeout(resolve, 60));
    desk.run(2, edited);
    const ran = await heard((message) => message.type === 'ran' && message.generation === 2);
    if (ran.type !== 'ran' || expected.type !== 'ran') throw new Error('did not run');
    expect(ran.result.scene).toEqual(expected.result.scene);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(said.filter(({ type }) => type === 'ran')).toHaveLength(2);
    expect(said.filter(({ type }) => type === 'failed')).toEqual([]);
  });

  test('drops a run that a newer one overtakes', async () => {
    const { desk, said, heard } = openDesk({ ...scaleDown, until: '2m' });
    desk.run(1, request(text));
    desk.run(2, request(text.replace('replicas: 3', 'replicas: 4')));
    await heard((message) => message.type === 'ran' && message.generation === 2);
    const ran = said.filter(({ type }) => type === 'ran');
    expect(ran.at(-1)).toMatchObject({ generation: 2 });
  });

  test('runs nothing while a manifest has a mistake, and says which', async () => {
    const { desk, said, heard } = openDesk(scaleDown);
    desk.run(1, request('kind: [Deployment'));
    await heard(({ type }) => type === 'held');
    const diagnosed = said.find(({ type }) => type === 'diagnosed');
    expect(diagnosed).toMatchObject({ diagnostics: [{ file: 'web.yaml', severity: 'error' }] });
    expect(said.some(({ type }) => type === 'ran')).toBe(false);
  });

  test('runs it all the same when the reader insists: kubectl says what it thinks', async () => {
    const { desk, heard } = openDesk(scaleDown);
    desk.run(1, request('kind: [Deployment', { isForced: true }));
    await heard(({ type }) => type === 'ran');
    const options = { timeMs: 5000, entry: -1, object: '', locale: 'en', prefix: 'p' };
    desk.ask(7, { kind: 'look', view: 'kubectl', options });
    const answer = await heard(({ type }) => type === 'answer');
    expect(answer).toMatchObject({ id: 7, answer: { markup: expect.stringContaining('error') } });
  });

  test('gives a reader’s command at its time', async () => {
    const { desk, heard } = openDesk(scaleDown);
    const actions = [{ timeMs: 4000, run: 'kubectl delete deployment web' }];
    desk.run(1, request(text, { actions }));
    const ran = await heard(({ type }) => type === 'ran');
    if (ran.type !== 'ran') throw new Error('did not run');
    expect(ran.result.commandEndMs).toBeGreaterThanOrEqual(4000);
    expect(ran.result.scene?.goals).toEqual([false, true]);
  });

  test('knows the line that a chain of causes leads to', async () => {
    const { desk, heard } = openDesk(scaleDown);
    desk.run(1, request(text));
    const ran = await heard(({ type }) => type === 'ran');
    if (ran.type !== 'ran') throw new Error('did not run');
    const { entry = -1, entryMs: timeMs = 0 } = ran.result.scene ?? {};
    const options = { timeMs, entry, object: '', locale: 'en', prefix: 'p' };
    desk.ask(8, { kind: 'look', view: 'why', options });
    const said = await heard(({ type }) => type === 'answer');
    if (said.type !== 'answer') throw new Error('no answer');
    expect(said.answer.chain[0]).toBe(entry);
    expect(said.answer.line).toMatchObject({ file: 'web.yaml' });
  });
});
