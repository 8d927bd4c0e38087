import { describe, expect, test } from 'vitest';
import type { KubeObject } from '#sim/api/object.ts';
import { locate } from '#sim/api/yaml-positions.ts';
import { parseYamlDocuments } from '#sim/api/yaml.ts';
import { semanticDiagnostics } from '#sim/apiserver/validation/semantic-diagnostics.ts';

function diagnose(text: string): string[] {
  const [document] = parseYamlDocuments(text).documents;
  if (!document) throw new Error('the manifest did not parse');
  return semanticDiagnostics(document.value as unknown as KubeObject).map(({ path, message }) => {
    const { value } = locate(document.positions, path);
    return `${value.start.line} ${path}: ${message}`;
  });
}

const pod = (spec: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: a}}\nspec:\n${spec}`;

describe('semanticDiagnostics', () => {
  test.each([
    [
      'a preStop sleep as long as the grace period',
      pod(
        '  terminationGracePeriodSeconds: 5\n  containers:\n  - name: a\n    lifecycle:\n      preStop: {sleep: {seconds: 5}}\n',
      ),
      '9 spec.containers[0].lifecycle.preStop.sleep: The hook takes all of the 5 s of terminationGracePeriodSeconds; the container then has 2 s from SIGTERM to SIGKILL.',
    ],
    [
      'a preStop sleep command as long as the default grace period',
      pod(
        '  containers:\n  - name: a\n    lifecycle: {preStop: {exec: {command: [sh, -c, "sleep 40; nginx -s quit"]}}}\n',
      ),
      '7 spec.containers[0].lifecycle.preStop.exec: The hook takes all of the 30 s of terminationGracePeriodSeconds; the container then has 2 s from SIGTERM to SIGKILL.',
    ],
    [
      'a tcpSocket hook',
      pod('  containers:\n  - name: a\n    lifecycle: {preStop: {tcpSocket: {port: 80}}}\n'),
      '7 spec.containers[0].lifecycle.preStop.tcpSocket: A tcpSocket hook is accepted and always fails when it is run.',
    ],
    [
      'a probe of a port name that no container port has',
      pod(
        '  containers:\n  - name: a\n    ports: [{name: http, containerPort: 80}]\n    readinessProbe: {httpGet: {port: web}}\n',
      ),
      '8 spec.containers[0].readinessProbe.httpGet.port: No port of this container is named "web", so the probe can never succeed.',
    ],
    [
      'a probe of a port that is not declared beside others',
      pod(
        '  containers:\n  - name: a\n    ports: [{containerPort: 80}]\n    livenessProbe: {tcpSocket: {port: 8080}}\n',
      ),
      '8 spec.containers[0].livenessProbe.tcpSocket.port: The container declares port 80 and not 8080: does anything listen there?',
    ],
    [
      'a probe that may take longer than its period',
      pod(
        '  containers:\n  - name: a\n    livenessProbe: {timeoutSeconds: 20, exec: {command: [a]}}\n',
      ),
      '7 spec.containers[0].livenessProbe.timeoutSeconds: A check may take 20 s, which is longer than the 10 s until the next one is due.',
    ],
    [
      'a grace period of nothing',
      pod('  terminationGracePeriodSeconds: 0\n  containers: [{name: a}]\n'),
      '5 spec.terminationGracePeriodSeconds: Containers are killed at once: no hook runs and no SIGTERM is sent.',
    ],
    [
      'a spread constraint that does not select the Pod',
      pod(
        '  topologySpreadConstraints:\n  - labelSelector: {matchLabels: {app: b}}\n  containers: [{name: a}]\n',
      ),
      '6 spec.topologySpreadConstraints[0].labelSelector: It does not select the Pod itself, which is then not spread.',
    ],
    [
      'a subPath mount of a ConfigMap',
      pod(
        '  volumes: [{name: c, configMap: {name: c}}]\n  containers:\n  - name: a\n    volumeMounts: [{name: c, mountPath: /c, subPath: f}]\n',
      ),
      '8 spec.containers[0].volumeMounts[0].subPath: A subPath mount does not follow later changes of its source.',
    ],
    [
      'a deadline that no Pod can meet',
      'kind: Deployment\nspec:\n  progressDeadlineSeconds: 10\n  template: {spec: {containers: [{name: a, readinessProbe: {initialDelaySeconds: 30}}]}}\n',
      '3 spec.progressDeadlineSeconds: A Pod is available 30 s after its start at the earliest, so every rollout is first reported as failed.',
    ],
    [
      'a history without an end to go back to',
      'kind: Deployment\nspec:\n  revisionHistoryLimit: 0\n  template: {spec: {containers: []}}\n',
      '3 spec.revisionHistoryLimit: No old ReplicaSet is kept, so `kubectl rollout undo` has nothing to go back to.',
    ],
    [
      'a partition above all ordinals',
      'kind: StatefulSet\nspec:\n  replicas: 3\n  updateStrategy: {rollingUpdate: {partition: 3}}\n  template: {spec: {}}\n',
      '4 spec.updateStrategy.rollingUpdate.partition: Only Pods from ordinal 3 on are updated, and there is none.',
    ],
    [
      'a budget of nothing',
      'kind: PodDisruptionBudget\nspec:\n  maxUnavailable: 0\n',
      '3 spec.maxUnavailable: No Pod may ever be evicted: draining its node waits without end.',
    ],
    [
      'a Service without a selector',
      'kind: Service\nspec:\n  ports: [{port: 80}]\n',
      '3 spec: Without a selector it gets no endpoints, unless somebody writes them.',
    ],
    [
      'an autoscaler without room',
      'kind: HorizontalPodAutoscaler\nspec:\n  maxReplicas: 1\n',
      '3 spec.maxReplicas: The number of Pods never changes, because the least and the most are the same.',
    ],
    [
      'more parallelism than completions',
      'kind: Job\nspec:\n  parallelism: 5\n  completions: 2\n  template: {spec: {}}\n',
      '3 spec.parallelism: Only 2 Pods run at a time, because no more completions are wanted.',
    ],
  ])('tells of %s, at its line', (_, text, expected) => {
    expect(diagnose(text)).toEqual([expected]);
  });

  test('has nothing to say about a sound Deployment', () => {
    const text = [
      'kind: Deployment',
      'spec:',
      '  replicas: 3',
      '  template:',
      '    metadata: {labels: {app: web}}',
      '    spec:',
      '      containers:',
      '      - name: web',
      '        image: nginx:1.28',
      '        ports: [{name: http, containerPort: 80}]',
      '        readinessProbe: {httpGet: {port: http}, periodSeconds: 2}',
      '        lifecycle: {preStop: {sleep: {seconds: 5}}}',
    ].join('\n');
    expect(diagnose(text)).toEqual([]);
  });
});
