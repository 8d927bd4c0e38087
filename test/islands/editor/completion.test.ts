import { describe, expect, test } from 'vitest';
import { complete } from '#islands/editor/completion.ts';

const head = 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n';
const pod = 'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec:\n  containers:\n';

/** Completes where `|` stands. */
function at(text: string) {
  const offset = text.indexOf('|');
  return complete(text.replace('|', ''), offset);
}

function labels(text: string): string[] {
  return at(text)
    .suggestions.toSorted((a, b) => (a.order < b.order ? -1 : 1))
    .map(({ label }) => label);
}

describe('complete', () => {
  test.each([
    ['an empty text', '|', ['apiVersion', 'kind', 'metadata', 'spec']],
    ['the rest of the top', 'kind: Pod\n|', ['apiVersion', 'metadata', 'spec']],
    ['the top of a kind', `${head}|`, ['spec']],
    [
      'a struct, required fields first, without those that are there',
      `${head}spec:\n  replicas: 3\n  |`,
      [
        'selector',
        'template',
        'minReadySeconds',
        'paused',
        'progressDeadlineSeconds',
        'revisionHistoryLimit',
        'strategy',
      ],
    ],
    [
      'a struct by its first letters',
      `${head}spec:\n  strategy:\n    roll|`,
      ['rollingUpdate', 'type'],
    ],
    [
      'between other lines',
      `${head}spec:\n  strategy:\n    |\n  replicas: 3\n`,
      ['rollingUpdate', 'type'],
    ],
    [
      'an element of a list',
      `${pod}    - name: web\n      ports:\n        - |`,
      ['containerPort', 'hostIP', 'hostPort', 'name', 'protocol'],
    ],
    [
      'below the first field of an element',
      `${pod}    - name: web\n      ports:\n        - name: http\n          |`,
      ['containerPort', 'hostIP', 'hostPort', 'protocol'],
    ],
    [
      'a list in the column of its key',
      `apiVersion: v1\nkind: Pod\nspec:\n  volumes:\n  - name: a\n    emptyDir:\n      |`,
      ['medium', 'sizeLimit'],
    ],
    [
      'in brackets',
      `${pod}    - name: web\n      readinessProbe:\n        httpGet: { path: /, |}\n`,
      ['port', 'host', 'httpHeaders', 'scheme'],
    ],
    [
      'the values of a field of few',
      `${head}spec:\n  strategy:\n    type: |`,
      ['Recreate', 'RollingUpdate'],
    ],
    [
      'the values with a letter there',
      `${pod}    - imagePullPolicy: N|\n      name: a\n`,
      ['Always', 'IfNotPresent', 'Never'],
    ],
    [
      'values in brackets',
      `${head}spec: { strategy: { type: R| } }`,
      ['Recreate', 'RollingUpdate'],
    ],
    [
      'values of a list',
      'apiVersion: v1\nkind: PersistentVolumeClaim\nspec:\n  accessModes:\n    - |',
      ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'],
    ],
    ['true and false', `${head}spec:\n  paused: |`, ['true', 'false']],
    [
      'a second document',
      `${head}---\napiVersion: v1\nkind: Service\nspec:\n  type: |`,
      ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'],
    ],
    ['nothing in a comment', `${head}spec:\n  # |`, []],
    ['nothing under an unknown field', `${head}spec:\n  nonsense:\n    |`, []],
    ['nothing for free text', `${head}spec:\n  template:\n    spec:\n      hostname: |`, []],
  ])('gives %s', (_what, text, expected) => {
    expect(labels(text)).toEqual(expected);
  });

  test('gives kinds, those of the version first, and versions, that of the kind first', () => {
    expect(labels('apiVersion: apps/v1\nkind: |').slice(0, 5)).toEqual([
      'ControllerRevision',
      'DaemonSet',
      'Deployment',
      'ReplicaSet',
      'StatefulSet',
    ]);
    expect(labels('apiVersion: |\nkind: Deployment\n')[0]).toBe('apps/v1');
  });

  test('puts in what must follow the field', () => {
    const { suggestions } = at(`${head}spec:\n  |`);
    const text = Object.fromEntries(suggestions.map((found) => [found.label, found.text]));
    expect(text).toMatchObject({ replicas: 'replicas: ', template: 'template:\n    ' });
    const list = at('apiVersion: v1\nkind: Pod\nspec:\n  |').suggestions;
    expect(list.find(({ label }) => label === 'containers')?.text).toBe('containers:\n    - ');
  });

  test('takes the place of the whole word and leaves a colon alone', () => {
    const { start, end, suggestions } = at(`${head}spec:\n  repl|icas: 3\n`);
    const text = `${head}spec:\n  replicas: 3\n`;
    expect(text.slice(start, end)).toBe('replicas');
    expect(suggestions.find(({ label }) => label === 'replicas')?.text).toBe('replicas');
  });
});
