import { describe, expect, test } from 'vitest';
import { dumpPodTemplate } from '#sim/api/go-dump.ts';

/** Returns the part of a container's dump between a field's name and the next field. */
function dumpOf(container: object, from: string, to: string): string {
  const dump = dumpPodTemplate({ spec: { containers: [{ name: 'app', ...container }] } });
  const start = dump.indexOf(`${from}:`);
  return dump.slice(start, dump.indexOf(` ${to}:`, start));
}

test('an empty list or map prints as nil, an empty struct behind a pointer does not', () => {
  expect(dumpOf({ command: [] }, 'Command', 'Args')).toBe('Command:([]string)<nil>');
  expect(dumpOf({ securityContext: null }, 'SecurityContext', 'Stdin')).toBe(
    'SecurityContext:(*v1.SecurityContext)<nil>',
  );
  expect(dumpOf({ securityContext: {} }, 'SecurityContext', 'Stdin')).toContain(
    'SecurityContext:(*v1.SecurityContext){Capabilities:(*v1.Capabilities)<nil>',
  );
  expect(dumpPodTemplate({ metadata: { labels: {} } })).toContain(
    'Labels:(map[string]string)<nil>',
  );
});

test('a creation timestamp of null is the zero time', () => {
  expect(dumpPodTemplate({ metadata: { creationTimestamp: null } })).toBe(dumpPodTemplate({}));
});

test('keys of maps are in byte order', () => {
  expect(dumpPodTemplate({ metadata: { labels: { b: '1', B: '2', a: '3' } } })).toContain(
    'Labels:(map[string]string)map[B:2 a:3 b:1]',
  );
});

describe('quantities', () => {
  const none = 'd:(resource.infDecAmount){Dec:(*inf.Dec)<nil>}';
  test.each([
    ['500m', 500, -3, '500m', 'DecimalSI'],
    ['2', 2, 0, '2', 'DecimalSI'],
    ['2G', 2, 9, '2G', 'DecimalSI'],
    ['1Gi', 1_073_741_824, 0, '1Gi', 'BinarySI'],
    // Upstream keeps the text only where the number before the unit has one of its last three bits.
    ['64Mi', 67_108_864, 0, '', 'BinarySI'],
    ['100Mi', 104_857_600, 0, '100Mi', 'BinarySI'],
    ['1e9', 1, 9, '1e9', 'DecimalExponent'],
  ])('%s prints its value and, where it is kept, its text', (text, value, scale, kept, format) => {
    expect(dumpOf({ resources: { limits: { cpu: text } } }, 'Limits', 'Requests')).toBe(
      `Limits:(v1.ResourceList)map[cpu:{i:(resource.int64Amount){value:(int64)${value} ` +
        `scale:(resource.Scale)${scale}} ${none} s:(string)${kept} Format:(resource.Format)${format}}]`,
    );
  });

  test('a value too large for the fast form prints as a big decimal', () => {
    expect(dumpOf({ resources: { limits: { memory: '1Pi' } } }, 'Limits', 'Requests')).toContain(
      'i:(resource.int64Amount){value:(int64)0 scale:(resource.Scale)0} d:(resource.infDecAmount)' +
        '{Dec:(*inf.Dec){unscaled:(big.Int){neg:(bool)false abs:(big.nat)[1125899906842624]} scale:(inf.Scale)0}}',
    );
  });
});

test('a number or a name of a port prints by its form', () => {
  const probe = (port: number | string): string =>
    dumpOf({ livenessProbe: { httpGet: { port } } }, 'Port', 'Host');
  expect(probe(8080)).toBe(
    'Port:(intstr.IntOrString){Type:(intstr.Type)0 IntVal:(int32)8080 StrVal:(string)}',
  );
  expect(probe('web')).toBe(
    'Port:(intstr.IntOrString){Type:(intstr.Type)1 IntVal:(int32)0 StrVal:(string)web}',
  );
});
