import { describe, expect, test } from 'vitest';
import { parseHaproxyConfig } from '#sim/runtime/programs/haproxy-config.ts';
import type { HaproxyConfig } from '#sim/runtime/programs/haproxy-config.ts';

const read = (text: string) => parseHaproxyConfig(text, '/lb.cfg');
const good = (text: string): HaproxyConfig => {
  const config = read(text);
  if (typeof config === 'string') throw new Error(config);
  return config;
};

const whole = `
global
  log stdout format raw local0
defaults
  mode http
  timeout connect 3s
  timeout server 500ms   # patience
  retries 0
frontend web
  bind *:8000
  bind :8001
  default_backend app
backend app
  balance leastconn
  option httpchk GET /healthz
  server one 10.0.0.1:80 check inter 500 fall 2 rise 1
  server two 10.0.0.2:81
`;

describe('a configuration of HAProxy', () => {
  test('has frontends with their ports and backend', () => {
    expect(good(whole).frontends).toEqual([{ name: 'web', ports: [8000, 8001], backend: 'app' }]);
  });

  test('has servers with their checks, and defaults where nothing is said', () => {
    const [one, two] = good(whole).backends.get('app')?.servers ?? [];
    expect(one).toEqual({
      name: 'one',
      host: '10.0.0.1',
      port: 80,
      isChecked: true,
      interMs: 500,
      fall: 2,
      rise: 1,
    });
    expect(two).toMatchObject({ isChecked: false, interMs: 2_000, fall: 3, rise: 2 });
  });

  test('gives what defaults say to the sections after it', () => {
    const app = good(whole).backends.get('app');
    expect(app).toMatchObject({
      connectMs: 3_000,
      serverMs: 500,
      retries: 0,
      balance: 'leastconn',
    });
    expect(app?.check).toEqual({ method: 'GET', path: '/healthz' });
    expect(good('backend b\n  server s 1.2.3.4:5\n').backends.get('b')?.retries).toBe(3);
  });

  test('reads a listen section as both', () => {
    const { frontends, backends } = good('listen all\n  bind *:80\n  server s 1.2.3.4:5\n');
    expect(frontends).toEqual([{ name: 'all', ports: [80], backend: 'all' }]);
    expect(backends.get('all')?.servers).toHaveLength(1);
  });

  test.each([
    ['a line outside a section', 'bind *:80\n', "unknown keyword 'bind' out of section"],
    ['a port that is none', 'frontend f\n  bind *\n', 'missing port number'],
    ['an address without a port', 'backend b\n  server s 1.2.3.4\n', "invalid address: '1.2.3.4'"],
    [
      'a backend that is not there',
      'frontend f\n  bind *:80\n  default_backend nobody\n',
      "unable to find required default_backend: 'nobody'",
    ],
  ])('complains about %s', (_, text, complaint) => {
    expect(read(text)).toContain(complaint);
  });
});
