import { describe, expect, test } from 'vitest';
import { sceneOf } from '#views/scene.ts';
import { historyOf, scaleDown } from './sample-runs.ts';

describe('a scene', () => {
  const scene = sceneOf(historyOf(scaleDown), scaleDown, { locale: 'en', prefix: 'p' });

  test('survives a message', () => {
    expect(structuredClone(scene)).toEqual(scene);
  });

  test('judges the goals by the run', () => {
    expect(scene.goals).toEqual([true, false]);
  });

  test('shows the figures, and a dash for what cannot be computed', () => {
    expect(scene.figures).toContain('<dd>3</dd><dt>pods at most</dt>');
    expect(scene.figures).toContain('<dd>–</dd><dt>of nobody</dt>');
  });

  test('asks why of something within its window', () => {
    expect(scene.entryMs).toBeGreaterThanOrEqual(5000);
    expect(scene.entryMs).toBeLessThanOrEqual(8000);
  });

  test('explains each state that its picture shows', () => {
    expect(scene.legend).toContain('terminating');
    expect(scene.legend).toContain('in the list');
  });

  test('explains each sign that its picture and its strip show', () => {
    for (const word of [
      'something a component did',
      'what made it act',
      'number wanted',
      'probe',
    ]) {
      expect(scene.legend).toContain(`>${word}<`);
    }
    expect(scene.overview).toContain('v-strip-act');
    expect(scene.legend).toContain('>command, fault<');
  });
});

test('a manifest that was refused is said in a scene, in the words of kubectl', () => {
  const texts = { 'web.yaml': (scaleDown.texts['web.yaml'] ?? '').replace('replicas', 'replica') };
  const lab = { ...scaleDown, id: 'sample/refused', texts };
  const { message } = sceneOf(historyOf(lab), lab, { locale: 'en', prefix: 'p' });
  expect(message).toMatch(/^kubectl apply -f web\.yaml: .*unknown field "spec\.replica"/);
});
