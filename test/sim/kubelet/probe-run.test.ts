import { describe, expect, test } from 'vitest';
import type { DialOutcome, GrpcOutcome, HttpOutcome } from '#sim/runtime/node-network.ts';
import { TestNode } from './node.ts';

/** Runs a pod with a readiness probe; returns what the probe's event says, or `ready`. */
function probed(probe: Record<string, unknown>, prepare: (node: TestNode) => void): string {
  const node = new TestNode({});
  prepare(node);
  const readinessProbe = { periodSeconds: 1, ...probe };
  const ports = [{ name: 'http', containerPort: 8080 }];
  node.create('web', {
    containers: [{ name: 'web', image: 'busybox:1.36', ports, readinessProbe }],
  });
  node.run(3_000);
  const event = node.events().find((text) => /^(Unhealthy|ProbeWarning)/.test(text));
  if (event === undefined) {
    return node.pod('web')?.status?.containerStatuses?.[0]?.ready === true ? 'ready' : 'not ready';
  }
  return event.replace(/ x\d+$/, '').replace(/10\.244\.\d+\.\d+/g, 'IP');
}

function answer(status: number, headers: Record<string, string> = {}, body = ''): HttpOutcome {
  return { kind: 'response', response: { status, headers, body } };
}

describe('an httpGet probe', () => {
  const url = 'http://IP:8080/z';
  test.each<[HttpOutcome, string]>([
    [answer(200), 'ready'],
    [
      answer(399, {}, 'odd'),
      'ProbeWarning: Readiness probe warning: Probe terminated redirects, Response body: odd',
    ],
    [
      answer(302, { location: 'http://192.0.2.1/' }, 'gone'),
      'ProbeWarning: Readiness probe warning: Probe terminated redirects, Response body: gone',
    ],
    [answer(404), 'Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 404'],
    [
      { kind: 'refused' },
      `Unhealthy: Readiness probe failed: Get "${url}": dial tcp IP:8080: connect: connection refused`,
    ],
    [
      { kind: 'response-timeout' },
      `Unhealthy: Readiness probe failed: Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    ],
    [
      { kind: 'no-route' },
      `Unhealthy: Readiness probe failed: Get "${url}": dial tcp IP:8080: connect: no route to host`,
    ],
    [{ kind: 'eof' }, `Unhealthy: Readiness probe failed: Get "${url}": EOF`],
  ])('that meets %j: %s', (outcome, expected) => {
    const text = probed({ httpGet: { path: '/z', port: 'http' } }, (node) => {
      node.network.http = () => outcome;
    });
    expect(text).toBe(expected);
  });

  test('follows a redirect on the same host', () => {
    const text = probed({ httpGet: { path: '/z', port: 8080 } }, (node) => {
      node.network.http = ({ path }) =>
        path === '/z' ? answer(302, { location: '/y' }) : answer(204);
    });
    expect(text).toBe('ready');
  });

  test('asks with its own headers, and with those of the spec in their place', () => {
    const test = new TestNode({});
    test.network.http = () => answer(200);
    const httpHeaders = [
      { name: 'User-Agent', value: 'mine' },
      { name: 'X-Token', value: 't' },
    ];
    const readinessProbe = { httpGet: { path: 'z', port: 80, httpHeaders } };
    test.create('web', { containers: [{ name: 'web', image: 'busybox:1.36', readinessProbe }] });
    test.run(3_000);
    expect(test.network.dials[0]).toMatchObject({
      path: '/z',
      method: 'GET',
      headers: { 'user-agent': 'mine', accept: '*/*', connection: 'close', 'x-token': 't' },
      timeoutMs: 1_000,
    });
  });

  test('cannot be run with a port name that the container has not', () => {
    expect(probed({ httpGet: { port: 'admin' } }, () => {})).toBe(
      'Unhealthy: Readiness probe errored and resulted in unknown state: strconv.Atoi: parsing "admin": invalid syntax',
    );
  });
});

describe('a tcpSocket probe', () => {
  test.each<[DialOutcome, string]>([
    ['connected', 'ready'],
    ['refused', 'Unhealthy: Readiness probe failed: dial tcp IP:8080: connect: connection refused'],
    ['timeout', 'Unhealthy: Readiness probe failed: dial tcp IP:8080: i/o timeout'],
  ])('that meets %s: %s', (outcome, expected) => {
    const text = probed({ tcpSocket: { port: 8080 } }, (node) => {
      node.network.tcp = outcome;
    });
    expect(text).toBe(expected);
  });
});

describe('an exec probe', () => {
  test.each([
    [{ exitCode: 0 }, 'ready'],
    [{ exitCode: 1, output: 'no\n' }, 'Unhealthy: Readiness probe failed: no\n'],
    [{ exitCode: 1 }, 'Unhealthy: Readiness probe failed: '],
    [
      { exitCode: 0, takesMs: 5_000 },
      'Unhealthy: Readiness probe failed: command timed out: "check it" timed out after 1s',
    ],
  ])('that gives %j: %s', (result, expected) => {
    const text = probed({ exec: { command: ['check', 'it'] } }, (node) => {
      node.runtime.commands.set('check it', result);
    });
    expect(text).toBe(expected);
  });
});

describe('a grpc probe', () => {
  const unreached =
    'Unhealthy: Readiness probe failed: timeout: failed to connect service "IP:9" within 1s: context deadline exceeded';
  test.each<[GrpcOutcome, string]>([
    [{ kind: 'status', status: 'SERVING' }, 'ready'],
    [
      { kind: 'status', status: 'NOT_SERVING' },
      'Unhealthy: Readiness probe failed: service unhealthy (responded with "NOT_SERVING")',
    ],
    [
      { kind: 'unknown-service' },
      'Unhealthy: Readiness probe failed: error: health rpc probe failed: rpc error: code = NotFound desc = unknown service',
    ],
    [{ kind: 'refused' }, unreached],
    [{ kind: 'unimplemented' }, unreached],
  ])('that meets %j: %s', (outcome, expected) => {
    const text = probed({ grpc: { port: 9 } }, (node) => {
      node.network.grpc = outcome;
    });
    expect(text).toBe(expected);
  });
});
