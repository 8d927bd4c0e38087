import '#sim/parts/all.ts';
import { describe, expect, test } from 'vitest';
import { runLab } from '#sim/lab/run.ts';
import { claimLanes } from '#views/lanes/claims.ts';
import { sampleLab } from '../../sim/lab/sample-lab.ts';

const yaml = `apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
---
apiVersion: v1
kind: Pod
metadata: { name: writer }
spec:
  terminationGracePeriodSeconds: 1
  containers: [{ name: a, image: "busybox:1.37", command: [sleep, "3600"], volumeMounts: [{ name: d, mountPath: /d }] }]
  volumes: [{ name: d, persistentVolumeClaim: { claimName: data } }]
`;
const lab = sampleLab(
  { 'writer.yaml': yaml },
  {
    until: '30s',
    do: [
      { at: '0s', run: 'kubectl apply -f writer.yaml' },
      { at: '20s', run: 'kubectl delete pod writer --wait=false' },
    ],
  },
);
const history = runLab({ lab });
const [lane] = claimLanes(history, { fromMs: 0, toMs: 30_000 });
const segments = lane?.segments ?? [];

describe('the lane of a claim', () => {
  test('goes from not bound to used, and outlives its pod', () => {
    expect(segments.map(({ state }) => state)).toEqual([
      'claim-pending',
      ...(segments.length === 4 ? ['claim-unused'] : []),
      'claim-used',
      'claim-unused',
    ]);
    expect(segments.at(-1)?.toMs).toBe(history.endMs);
  });

  test('has no gap and no overlap', () => {
    for (const [index, { fromMs }] of segments.entries()) {
      if (index > 0) expect(fromMs).toBe(segments[index - 1]?.toMs);
    }
  });

  test('names the pod that uses it, its node and the volume', () => {
    const used = segments.find(({ state }) => state === 'claim-used');
    expect(used?.text).toMatch(/^writer · node-\d$/);
    expect(lane?.detail).toMatch(/^pvc-/);
  });

  test('is not there before the claim is', () => {
    expect(claimLanes(history, { fromMs: -9, toMs: -1 })).toEqual([]);
  });
});
