import '#sim/parts/all.ts';
import { describe, expect, test } from 'vitest';
import { runLab } from '#sim/lab/run.ts';
import { outputOf } from '#sim/lab/transcript.ts';
import type { ActDeclaration, Lab } from '#sim/lab/lab-format.ts';
import { sampleLab } from '../../lab/sample-lab.ts';

const server = (name: string, node: string) => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { app: app } }
spec:
  nodeName: ${node}
  containers:
    - name: app
      image: registry.k8s.io/e2e-test-images/agnhost:2.53
      args: [netexec, --http-port=80]
      ports: [{ containerPort: 80, hostPort: 8081 }]
---
`;

/** HAProxy on node-1 before two servers on host ports of node-2 and node-3. */
function lab(options: { defaults?: string; server?: string; acts?: ActDeclaration[] }): Lab {
  const { defaults = 'retries 0', server: rest = 'check inter 1s', acts = [] } = options;
  const config = (nodes: readonly number[]) => `
    defaults
      timeout connect 500ms
      timeout server 2s
      ${defaults}
    frontend web
      bind *:80
      default_backend app
    backend app
      option httpchk GET /healthz
${nodes.map((node) => `      server n${node} 10.99.0.1${node}:8081 ${rest}`).join('\n')}
`;
  const proxy = `apiVersion: v1
kind: ConfigMap
metadata: { name: conf }
data:
  both.cfg: |${config([2, 3])}
  three.cfg: |${config([3])}
---
apiVersion: v1
kind: Pod
metadata: { name: proxy, labels: { app: proxy } }
spec:
  nodeName: node-1
  volumes: [{ name: conf, configMap: { name: conf } }, { name: run, emptyDir: {} }]
  containers:
    - name: proxy
      image: haproxy:2.6
      command: [sh, -c, "cp /conf/both.cfg /run/lb.cfg; exec haproxy -W -db -f /run/lb.cfg"]
      volumeMounts: [{ name: conf, mountPath: /conf }, { name: run, mountPath: /run }]
---
apiVersion: v1
kind: Service
metadata: { name: proxy }
spec: { selector: { app: proxy }, ports: [{ port: 80 }] }
`;
  return sampleLab(
    {
      'servers.yaml': server('two', 'node-2') + server('three', 'node-3'),
      'proxy.yaml': proxy,
    },
    {
      until: '30s',
      load: [
        {
          name: 'c',
          url: 'http://proxy/hostname',
          ratePerSecond: 20,
          startMs: 10_000,
          stopMs: 25_000,
        },
      ],
      do: [
        { at: '0s', run: 'kubectl apply -f servers.yaml -f proxy.yaml' },
        ...acts,
        { at: '28s', run: 'kubectl logs proxy' },
      ],
    },
  );
}

function run(options: Parameters<typeof lab>[0]) {
  const history = runLab({ lab: lab(options) });
  const rows = history.requests.rows().filter(({ outcome }) => outcome !== 'pending');
  const command = history.transcript.commands.at(-1);
  if (command === undefined) throw new Error('no command');
  const log = outputOf(command, 'stdout');
  return { rows, log, served: log.split('\n').filter((line) => line.includes(' 200 ')) };
}

const deletion: ActDeclaration = { at: '15s', run: 'kubectl delete pod two --wait=false' };

describe('HAProxy', () => {
  test('takes its servers in turn', () => {
    const { rows, served } = run({});
    expect(new Set(rows.map(({ outcome }) => outcome))).toEqual(new Set(['200']));
    const two = served.filter((line) => line.includes('app/n2')).length;
    expect(Math.abs(two - served.length / 2)).toBeLessThanOrEqual(1);
  });

  test('answers 503 for a server that is gone until its checks have failed often enough', () => {
    const { rows, log } = run({ acts: [deletion] });
    const lost = rows.filter(({ outcome }) => outcome === '503').map(({ t }) => t);
    expect(lost.length).toBeGreaterThan(5);
    expect(Math.min(...lost)).toBeGreaterThan(15_000);
    // Three checks, one second apart, from a moment of chance on.
    expect(Math.max(...lost)).toBeLessThan(18_600);
    expect(log).toContain('Server app/n2 is DOWN, reason: Layer4 connection problem');
    expect(log).toContain('1 active and 0 backup servers left.');
  });

  test('is late, and loses nothing, when it may try again elsewhere', () => {
    const { rows } = run({ defaults: 'retries 3\n      option redispatch', acts: [deletion] });
    expect(new Set(rows.map(({ outcome }) => outcome))).toEqual(new Set(['200']));
  });

  test('goes on asking a dead server that nobody checks', () => {
    const { rows } = run({ server: '', acts: [deletion] });
    const last = rows.filter(({ outcome }) => outcome === '503').at(-1)?.t ?? 0;
    expect(last).toBeGreaterThan(24_000);
  });

  test('reads its configuration again at SIGUSR2 and loses nothing by it', () => {
    const reload = {
      at: '12s',
      run: "kubectl exec proxy -- sh -c 'cp /conf/three.cfg /run/lb.cfg; kill -USR2 1'",
    };
    const { rows, log, served } = run({ acts: [reload, deletion] });
    expect(new Set(rows.map(({ outcome }) => outcome))).toEqual(new Set(['200']));
    expect(log.match(/Loading success/g)).toHaveLength(2);
    expect(served.at(-1)).toContain('app/n3');
  });

  test('keeps its configuration when the new one is broken', () => {
    const reload = {
      at: '12s',
      run: "kubectl exec proxy -- sh -c 'echo bind > /run/lb.cfg; kill -USR2 1'",
    };
    const { rows, log } = run({ acts: [reload] });
    expect(new Set(rows.map(({ outcome }) => outcome))).toEqual(new Set(['200']));
    expect(log).toContain("unknown keyword 'bind' out of section");
  });
});
