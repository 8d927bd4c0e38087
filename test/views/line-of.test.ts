import { expect, test } from 'vitest';
import type { TraceEntry } from '#sim/engine/trace.ts';
import { lineOf } from '#views/line-of.ts';
import { scaleDown } from '../views/sample-runs.ts';

const entry = (verb: string, detail: Record<string, unknown> = {}): TraceEntry => ({
  id: 0,
  timeMs: 0,
  component: '',
  verb,
  object: 'Pod/default/x',
  resourceVersion: 0,
  cause: -1,
  detail,
});

const lines = (scaleDown.texts['web.yaml'] ?? '').split('\n');
const lineWith = (text: string) => lines.findIndex((line) => line.includes(text)) + 1;

test.each([
  ['create-pods', {}, 'replicas'],
  ['pulled', {}, 'image:'],
  ['probe-threshold', { probe: 'readiness' }, 'readinessProbe'],
  ['sigterm', {}, 'args'],
])('%s leads to the line of %s', (verb, detail, text) => {
  const found = lineOf([entry(verb, detail)], scaleDown, scaleDown.texts);
  expect(found).toEqual({ file: 'web.yaml', line: lineWith(text), isBad: false });
});

test('what goes well on the way does not govern the outcome', () => {
  const chain = [entry('updated'), entry('container-started'), entry('create-pods')];
  expect(lineOf(chain, scaleDown, scaleDown.texts)?.line).toBe(lineWith('replicas'));
});

test('says whether the outcome went wrong', () => {
  const found = lineOf([entry('request-failed')], scaleDown, scaleDown.texts);
  expect(found).toEqual({ file: 'web.yaml', line: lineWith('readinessProbe'), isBad: true });
});

test('the effect counts before its causes', () => {
  const chain = [entry('pulled'), entry('create-pods')];
  expect(lineOf(chain, scaleDown, scaleDown.texts)?.line).toBe(lineWith('image:'));
});

test('a chain that no field governs leads nowhere', () => {
  expect(lineOf([entry('created')], scaleDown, scaleDown.texts)).toBeUndefined();
});
