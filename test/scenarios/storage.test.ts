/**
 * Goal: data outlives pods, and goes when its class says so. Method: whole clusters, seen through kubectl.
 */
import { describe, expect, test } from 'vitest';
import { runLab } from '#sim/lab/run.ts';
import { outputOf } from '#sim/lab/transcript.ts';
import '#sim/parts/all.ts';
import { sampleLab } from '../sim/lab/sample-lab.ts';

/** Runs commands at their seconds and returns what each printed. */
function outputs(
  texts: Readonly<Record<string, string>>,
  commands: readonly (readonly [seconds: number, command: string])[],
): string[] {
  const lab = sampleLab(texts, {
    until: `${(commands.at(-1)?.[0] ?? 0) + 15}s`,
    do: commands.map(([seconds, run]) => ({ at: `${seconds}s`, run })),
  });
  return runLab({ lab }).transcript.commands.map(
    (command) => outputOf(command, 'stdout') + outputOf(command, 'stderr'),
  );
}

const claim = (name: string, spec = ''): string => `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: ${name} }
spec:
  accessModes: [ReadWriteOnce]
  resources: { requests: { storage: 1Gi } }
  ${spec}
`;

const pod = (name: string, claimName: string, spec = ''): string => `
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec:
  terminationGracePeriodSeconds: 0
  ${spec}
  containers:
    - name: app
      image: busybox:1.36
      command: [sh, -c, 'echo ${name} >> /data/log; sleep 3600']
      volumeMounts: [{ name: data, mountPath: /data }]
  volumes: [{ name: data, persistentVolumeClaim: { claimName: ${claimName} } }]
`;

const volume = (name: string, size: string, spec = ''): string => `
apiVersion: v1
kind: PersistentVolume
metadata: { name: ${name} }
spec:
  capacity: { storage: ${size} }
  accessModes: [ReadWriteOnce]
  storageClassName: manual
  hostPath: { path: /srv/${name} }
  ${spec}
`;

describe('a claim of the class `standard`', () => {
  test('waits for its first pod, gets a volume on the node of that pod, and keeps the data for the next one', () => {
    const seen = outputs(
      {
        'claim.yaml': claim('data'),
        'one.yaml': pod('one', 'data'),
        'two.yaml': pod('two', 'data'),
      },
      [
        [0, 'kubectl apply -f claim.yaml'],
        [3, 'kubectl get pvc data --no-headers'],
        [4, 'kubectl apply -f one.yaml'],
        [14, "kubectl get pvc data -o jsonpath='{.status.phase} {.spec.storageClassName}'"],
        [15, "kubectl get pod one -o jsonpath='{.spec.nodeName}'"],
        [16, 'kubectl delete pod one'],
        [20, 'kubectl apply -f two.yaml'],
        [30, "kubectl get pod two -o jsonpath='{.spec.nodeName}'"],
        [31, 'kubectl exec two -- cat /data/log'],
      ],
    );
    expect(seen[1]).toMatch(/^data +Pending +standard +<unset> +\d+s\n$/);
    expect(seen[3]).toBe('Bound standard');
    expect(seen[7]).toBe(seen[4]);
    expect(seen[8]).toBe('one\ntwo\n');
  });

  test('is kept while a pod uses it, and its volume goes with it', () => {
    const seen = outputs({ 'claim.yaml': claim('data'), 'one.yaml': pod('one', 'data') }, [
      [0, 'kubectl apply -f claim.yaml -f one.yaml'],
      [12, 'kubectl delete pvc data --wait=false'],
      [14, 'kubectl get pvc data --no-headers'],
      [15, 'kubectl get pv --no-headers'],
      [16, 'kubectl delete pod one'],
      [20, 'kubectl get pvc'],
      [25, 'kubectl get pv'],
    ]);
    expect(seen[2]).toMatch(/^data +Terminating /);
    expect(seen[3]).toMatch(/ Bound +default\/data +standard /);
    expect(seen[5]).toBe('No resources found in default namespace.\n');
    expect(seen[6]).toBe('No resources found\n');
  });
});

describe('claims and volumes made by hand', () => {
  test('come together by size: the smallest that is large enough', () => {
    const seen = outputs(
      {
        'volumes.yaml': ['5Gi', '512Mi', '2Gi'].map((size, i) => volume(`v${i}`, size)).join('---'),
        'claim.yaml': claim('data', 'storageClassName: manual'),
      },
      [
        [0, 'kubectl apply -f volumes.yaml'],
        [2, 'kubectl apply -f claim.yaml'],
        [4, "kubectl get pvc data -o jsonpath='{.spec.volumeName} {.status.capacity.storage}'"],
        [5, "kubectl get pv -o jsonpath='{.items[*].status.phase}'"],
        [6, 'kubectl delete pvc data'],
        [8, "kubectl get pv v2 -o jsonpath='{.status.phase}'"],
      ],
    );
    expect(seen[2]).toBe('v2 2Gi');
    expect(seen[3]).toBe('Available Available Bound');
    expect(seen[5]).toBe('Released');
  });

  test('hold a pod back: no claim, an unbound claim, a volume of another node', () => {
    const nodeAffinity =
      'nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: kubernetes.io/hostname, operator: In, values: [node-2] }] }] } }';
    const seen = outputs(
      {
        'missing.yaml': pod('missing', 'nope'),
        'unbound.yaml': `${claim('wait', "storageClassName: ''")}---${pod('unbound', 'wait')}`,
        'elsewhere.yaml': `${volume('v', '1Gi', nodeAffinity)}---${claim('far', 'storageClassName: manual')}---${pod('elsewhere', 'far', 'nodeSelector: { kubernetes.io/hostname: node-1 }')}`,
      },
      [
        [0, 'kubectl apply -f missing.yaml -f unbound.yaml -f elsewhere.yaml'],
        ...['missing', 'unbound', 'elsewhere'].map((name): [number, string] => [
          5,
          `kubectl get pod ${name} -o jsonpath='{.status.conditions[0].message}'`,
        ]),
        [6, 'kubectl get events --field-selector involvedObject.name=wait'],
      ],
    );
    expect(seen[1]).toBe(
      '0/3 nodes are available: persistentvolumeclaim "nope" not found. not found',
    );
    expect(seen[2]).toBe(
      '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found',
    );
    expect(seen[3]).toContain("1 node(s) didn't match PersistentVolume's node affinity");
    expect(seen[4]).toContain(
      'no persistent volumes available for this claim and no storage class is set',
    );
  });
});

describe('kubectl describe', () => {
  test('tells of a claim, its volume and its class', () => {
    const seen = outputs({ 'claim.yaml': claim('data'), 'one.yaml': pod('one', 'data') }, [
      [0, 'kubectl apply -f claim.yaml -f one.yaml'],
      [12, 'kubectl describe pvc data'],
      [13, 'kubectl describe pv'],
      [14, 'kubectl describe storageclass standard'],
    ]);
    const [, ofClaim = '', ofVolume = '', ofClass = ''] = seen;
    expect(ofClaim).toMatch(
      /^Name: +data\nNamespace: +default\nStorageClass: +standard\nStatus: +Bound\n/,
    );
    expect(ofClaim).toMatch(
      /\nCapacity: +1Gi\nAccess Modes: +RWO\nVolumeMode: +Filesystem\nUsed By: +one\n/,
    );
    expect(ofClaim).toContain('ExternalProvisioning');
    expect(ofClaim).toContain('Successfully provisioned volume pvc-');
    expect(ofVolume).toMatch(/\nClaim: +default\/data\nReclaim Policy: +Delete\n/);
    expect(ofVolume).toMatch(/ Term 0: +kubernetes.io\/hostname in \[node-\d\]\n/);
    expect(ofClass).toMatch(/\nIsDefaultClass: +Yes\n/);
    expect(ofClass).toMatch(/\nVolumeBindingMode: +WaitForFirstConsumer\n/);
  });
});
