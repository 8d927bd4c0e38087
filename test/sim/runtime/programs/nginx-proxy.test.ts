import '#sim/parts/all.ts';
import { describe, expect, test } from 'vitest';
import { runLab } from '#sim/lab/run.ts';
import { outputOf } from '#sim/lab/transcript.ts';
import type { ActDeclaration, Lab } from '#sim/lab/lab-format.ts';
import { sampleLab } from '../../lab/sample-lab.ts';

const server = (name: string, node: string, options = '') => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { app: ${name} } }
spec:
  nodeName: ${node}
  containers:
    - name: app
      image: registry.k8s.io/e2e-test-images/agnhost:2.53
      args: [netexec, --http-port=80${options}]
---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [{ port: 80 }] }
---
`;

interface Options {
  /** Lines of the upstream group; ONE and TWO stand for the pods' addresses. */
  readonly group?: string;
  readonly location?: string;
  readonly connect?: string;
  readonly connections?: number;
  readonly acts?: ActDeclaration[];
  readonly rate?: number;
  readonly timeoutMs?: number;
  readonly path?: string;
}

/** nginx on node-1 before pods of node-2 and node-3, by their addresses. */
function lab(options: Options): Lab {
  const { group = 'server ONE:80;\nserver TWO:80;', location = '', connections = 1024 } = options;
  const config = `
    worker_processes 1;
    error_log /dev/stderr warn;
    events { worker_connections ${connections}; }
    http {
      log_format t '$status $upstream_addr $upstream_status connect=$upstream_connect_time response=$upstream_response_time total=$request_time';
      access_log /dev/stdout t;
      upstream app {
        ${group}
      }
      server {
        listen 80;
        location / {
          proxy_pass http://app;
          proxy_connect_timeout ${options.connect ?? '4s'};
          proxy_read_timeout 3s;
          ${location}
        }
      }
    }
`;
  const indented = config.trim().replaceAll(/^\s*/gm, '    ');
  const proxy = `apiVersion: v1
kind: ConfigMap
metadata: { name: conf }
data:
  nginx.conf: |
${indented}
---
apiVersion: v1
kind: Pod
metadata: { name: proxy, labels: { app: proxy } }
spec:
  nodeName: node-1
  volumes: [{ name: conf, configMap: { name: conf } }]
  containers:
    - name: proxy
      image: nginx:1.27
      args: [nginx, -c, /conf/nginx.conf, -g, 'daemon off;']
      volumeMounts: [{ name: conf, mountPath: /conf }]
---
apiVersion: v1
kind: Service
metadata: { name: proxy }
spec: { selector: { app: proxy }, ports: [{ port: 80 }] }
`;
  return sampleLab(
    {
      'servers.yaml': server('one', 'node-2') + server('two', 'node-3'),
      'proxy.yaml': proxy,
    },
    {
      until: '60s',
      load: [
        {
          name: 'c',
          url: `http://proxy${options.path ?? '/hostname'}`,
          ratePerSecond: options.rate ?? 20,
          timeoutMs: options.timeoutMs ?? 30_000,
          startMs: 10_000,
          stopMs: 25_000,
        },
      ],
      do: [
        { at: '0s', run: 'kubectl apply -f servers.yaml' },
        {
          at: '5s',
          run: `sed -e "s/ONE/$(kubectl get pod one -o jsonpath='{.status.podIP}')/; s/TWO/$(kubectl get pod two -o jsonpath='{.status.podIP}')/" proxy.yaml | kubectl apply -f -`,
        },
        ...(options.acts ?? []),
        { at: '58s', run: 'kubectl logs proxy' },
      ],
    },
  );
}

function run(options: Options) {
  const history = runLab({ lab: lab(options) });
  const rows = history.requests.rows();
  const command = history.transcript.commands.at(-1);
  if (command === undefined) throw new Error('no command');
  const lines = outputOf(command, 'stdout').split('\n');
  const count = (outcome: string): number => rows.filter((row) => row.outcome === outcome).length;
  const having = (text: string): string[] => lines.filter((line) => line.includes(text));
  return { rows, lines, count, having, kinds: new Set(rows.map(({ outcome }) => outcome)) };
}

const deletion: ActDeclaration = { at: '15s', run: 'kubectl delete pod one --wait=false' };
const both: ActDeclaration = { at: '15s', run: 'kubectl delete pod one two --wait=false' };
const off = 'proxy_next_upstream off;';
const unchecked = 'server ONE:80 max_fails=0;\nserver TWO:80 max_fails=0;';

describe('nginx as a proxy', () => {
  test('takes servers in turn, by their weights', () => {
    const { kinds, having } = run({ group: 'server ONE:80 weight=3;\nserver TWO:80;' });
    expect(kinds).toEqual(new Set(['200']));
    const ofOne = having('10.244.1.2:80 200').length;
    const ofTwo = having('10.244.2.2:80 200').length;
    expect(Math.abs(ofOne - 3 * ofTwo)).toBeLessThanOrEqual(3);
  });

  test('asks another server when one refuses, and leaves that one alone for fail_timeout', () => {
    const { kinds, having } = run({ acts: [deletion] });
    expect(kinds).toEqual(new Set(['200']));
    expect(having('connect() failed')[0]).toMatch(
      /\[error\] \d+#\d+: \*\d+ connect\(\) failed \(111: Connection refused\) while connecting to upstream, client: [\d.]+, server: , request: "GET \/hostname HTTP\/1.1", upstream: "http:\/\/10.244.1.2:80\/hostname", host: "proxy"$/,
    );
    expect(having('[warn]')[0]).toContain(
      'upstream server temporarily disabled while connecting to upstream',
    );
    expect(having('10.244.1.2:80, 10.244.2.2:80 502, 200 connect=-, 0.00').length).toBeGreaterThan(
      0,
    );
    // Refused at 15 s, tried once more after more than ten seconds: by then the load is over.
    expect(having('connect() failed')).toHaveLength(1);
  });

  test('answers 502 for refused and 504 for silent when it may not try again', () => {
    const { rows, count, having } = run({ group: unchecked, location: off, acts: [deletion] });
    expect(count('502')).toBeGreaterThan(0);
    const late = rows.filter(({ outcome }) => outcome === '504');
    expect(late.length).toBeGreaterThan(60);
    expect(late.every(({ ms }) => ms >= 4_000 && ms < 4_010)).toBe(true);
    expect(having('upstream timed out').length).toBe(late.length);
    expect(having('upstream timed out')[0]).toContain(
      'upstream timed out (110: Connection timed out) while connecting to upstream',
    );
    expect(having(' 504 ').at(-1)).toBe(
      '504 10.244.1.2:80 504 connect=- response=4.000 total=4.000',
    );
    expect(having('113: No route to host').length).toBeGreaterThan(3);
  });

  test('has no live upstreams when all servers have failed', () => {
    const { count, having } = run({ acts: [both] });
    expect(count('502')).toBeGreaterThan(50);
    expect(having('no live upstreams')[0]).toMatch(
      /no live upstreams while connecting to upstream, client: .*, upstream: "http:\/\/app\/hostname"/,
    );
    expect(having('502 app 502 connect=- response=0.000').length).toBeGreaterThan(50);
  });

  test('asks a lone server whatever happened before', () => {
    const { count, having } = run({ group: 'server ONE:80;', acts: [deletion] });
    expect(count('200')).toBeGreaterThan(0);
    expect(having('no live upstreams')).toEqual([]);
    expect(having('temporarily disabled')).toEqual([]);
  });

  test('asks a backup server only when the others are left alone', () => {
    const { kinds, lines, having } = run({
      group: 'server ONE:80;\nserver TWO:80 backup;',
      acts: [deletion],
    });
    expect(kinds).toEqual(new Set(['200']));
    const first = lines.findIndex((line) => line.includes('10.244.2.2'));
    expect(lines.slice(0, first).filter((line) => line.startsWith('200')).length).toBeGreaterThan(
      98,
    );
    expect(having('200 10.244.2.2:80 200').length).toBeGreaterThan(50);
  });

  test('answers 504 when the answer takes longer than proxy_read_timeout', () => {
    const { rows, having } = run({
      path: '/shell?cmd=sleep%2010',
      location: off,
      rate: 1,
    });
    const late = rows.filter(({ outcome }) => outcome === '504');
    expect(late.length).toBeGreaterThan(0);
    expect(late.every(({ ms }) => ms >= 3_000 && ms < 3_010)).toBe(true);
    expect(
      having('upstream timed out (110: Connection timed out) while reading response header').length,
    ).toBe(late.length);
  });

  test('logs 499 for a client that has lost patience', () => {
    const { count, having } = run({
      group: unchecked,
      location: off,
      acts: [deletion],
      timeoutMs: 1_000,
    });
    expect(count('timeout')).toBeGreaterThan(50);
    expect(having('499 10.244.1.2:80 - connect=- response=').length).toBe(count('timeout'));
  });

  test('keeps connections to servers, and loses what is sent over one that has just died', () => {
    const location = `${off} proxy_http_version 1.1; proxy_set_header Connection "";`;
    const kept = run({ group: `${unchecked}\nkeepalive 16;`, location, acts: [deletion] });
    expect(kept.having('connection')).toEqual([]);
    // One connection to each server serves everybody until the deletion, so that the numbers of connections differ by one.
    const numberOf = ({ having }: ReturnType<typeof run>): number =>
      Number(/\*(\d+)/.exec(having('[error]')[0] ?? '')?.[1]);
    const closed = run({ group: unchecked, location: off, acts: [deletion] });
    expect(numberOf(kept)).toBeLessThan(numberOf(closed) * 0.6);
  });

  test('refuses everybody once connections to a silent server have used all of its own', () => {
    const { rows, having } = run({
      group: unchecked,
      location: off,
      connect: '20s',
      connections: 42,
      acts: [deletion],
    });
    const cutOff = rows.filter(({ outcome }) => outcome === 'eof' || outcome === 'reset');
    expect(cutOff.length).toBeGreaterThan(100);
    expect(having('[alert]').length).toBe(cutOff.length);
    // (42 - a listening socket - a channel) / 2 = 20 requests have a connection to the client and one to the server. Until
    // then the requests to the other server, every second one, are answered: full after 40 requests, two seconds.
    const first = Math.min(...cutOff.map(({ t }) => t));
    expect(first).toBeGreaterThan(16_900);
    expect(first).toBeLessThan(18_500);
    expect(having('[alert]')[0]).toContain('42 worker_connections are not enough');
  });

  test('does not start when the name of a server does not exist', () => {
    const { having } = run({ group: 'server nobody:80;' });
    expect(having('[emerg]')[0]).toMatch(
      /\[emerg\] \d+#\d+: host not found in upstream "nobody" in \/conf\/nginx.conf:8$/,
    );
  });
});
