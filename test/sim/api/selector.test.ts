import { describe, expect, test } from 'vitest';
import {
  formatLabelSelector,
  formatSelector,
  isEverything,
  matchesLabels,
  newRequirement,
  parseSelector,
  SelectorError,
  selectEverything,
  selectNothing,
  selectorFromLabelSelector,
  selectorFromSet,
} from '#sim/api/selector.ts';

describe('matching', () => {
  const labels = { app: 'api', tier: 'backend', n: '5', empty: '' };
  test.each([
    ['', true],
    ['app=api', true],
    ['app==api', true],
    ['app=front', false],
    ['app!=front', true],
    ['app!=api', false],
    ['none!=x', true],
    ['tier', true],
    ['none', false],
    ['!none', true],
    ['!tier', false],
    ['app in (api,front)', true],
    ['app in (front)', false],
    ['app notin (front)', true],
    ['none notin (x)', true],
    ['app in (api),tier notin (frontend),!old', true],
    ['empty=', true],
    ['app=', false],
    ['empty in ()', true],
    ['n>4', true],
    ['n>5', false],
    ['n<6', true],
    ['app>3', false],
    ['none>3', false],
    [' app  =  api ,  tier ', true],
    ['in in (in)', false],
  ])('%j against the labels is %s', (text, expected) => {
    expect(matchesLabels(parseSelector(text), labels)).toBe(expected);
  });

  test('a key that is only inherited is no label', () => {
    expect(matchesLabels(parseSelector('toString'), {})).toBe(false);
  });

  test('no labels are the empty map', () => {
    expect(matchesLabels(parseSelector('!app'), undefined)).toBe(true);
    expect(matchesLabels(selectEverything(), undefined)).toBe(true);
    expect(matchesLabels(selectNothing(), undefined)).toBe(false);
  });
});

describe('texts of errors, as a real cluster gave them', () => {
  const value =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
  const key =
    "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
  test.each([
    ['app=api front', "found 'front', expected: ',' or 'end of string'"],
    ['app in api', "unable to parse requirement: found 'api' expected: '('"],
    ['app in (api', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['=api', "found '=', expected: !, identifier, or 'end of string'"],
    ['app=-api-', `unable to parse requirement: values[0][app]: Invalid value: "-api-": ${value}`],
    ['a b=c', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['x/y/z=c', `unable to parse requirement: <nil>: Invalid value: "x/y/z": ${key}`],
    ['a,', "found '', expected: identifier after ','"],
    ['!=x', "found '!=', expected: !, identifier, or 'end of string'"],
    ['a=b=c', "found '=', expected: ',' or 'end of string'"],
    [
      'a>x',
      "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
    ['a==', undefined],
    ['a in (b,,c)', undefined],
  ])('%j', (text, message) => {
    if (message === undefined) expect(() => parseSelector(text)).not.toThrow();
    else expect(() => parseSelector(text)).toThrow(new SelectorError(message));
  });
});

describe('printing', () => {
  test.each([
    ['tier , app=web', 'app=web,tier'],
    ['a in (c,b)', 'a in (b,c)'],
    ['!a', '!a'],
    ['a==b', 'a==b'],
    ['a>3,b<4', 'a>3,b<4'],
    ['a in (b,,c)', 'a in (,b,c)'],
    ['a in ()', 'a in ()'],
    ['', ''],
  ])('%j prints as %j', (text, printed) => {
    expect(formatSelector(parseSelector(text))).toBe(printed);
  });

  test('a label selector prints as kubectl shows it', () => {
    expect(formatLabelSelector(undefined)).toBe('<none>');
    expect(formatLabelSelector({})).toBe('<none>');
    expect(formatLabelSelector({ matchLabels: { b: '1', a: '2' } })).toBe('a=2,b=1');
    expect(formatLabelSelector({ matchExpressions: [{ key: 'a', operator: 'Is' }] })).toBe(
      '<error>',
    );
  });
});

describe('label selectors of objects', () => {
  test('none selects nothing and an empty one everything', () => {
    expect(matchesLabels(selectorFromLabelSelector(undefined), { a: 'b' })).toBe(false);
    expect(isEverything(selectorFromLabelSelector({}))).toBe(true);
    expect(isEverything(selectNothing())).toBe(false);
  });

  test('labels and expressions must all hold', () => {
    const selector = selectorFromLabelSelector({
      matchLabels: { app: 'web' },
      matchExpressions: [
        { key: 'tier', operator: 'NotIn', values: ['old'] },
        { key: 'ready', operator: 'Exists' },
        { key: 'gone', operator: 'DoesNotExist' },
      ],
    });
    expect(matchesLabels(selector, { app: 'web', ready: '' })).toBe(true);
    expect(matchesLabels(selector, { app: 'web' })).toBe(false);
    expect(matchesLabels(selector, { app: 'web', ready: '', tier: 'old' })).toBe(false);
    expect(matchesLabels(selector, { app: 'web', ready: '', gone: '' })).toBe(false);
    expect(formatSelector(selector)).toBe('app=web,!gone,ready,tier notin (old)');
  });

  test('an operator that does not exist is told', () => {
    const bad = { matchExpressions: [{ key: 'app', operator: 'Equals', values: ['web'] }] };
    expect(() => selectorFromLabelSelector(bad)).toThrow(
      '"Equals" is not a valid label selector operator',
    );
  });

  test('requirements that cannot hold are told', () => {
    expect(() => newRequirement('a', 'in', [])).toThrow(
      "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty",
    );
    expect(() => newRequirement('a', 'exists', ['b'])).toThrow(
      'values: Invalid value: ["b"]: values set must be empty for exists and does not exist',
    );
  });

  test('the answer is remembered per object', () => {
    const labelSelector = { matchLabels: { app: 'web' } };
    expect(selectorFromLabelSelector(labelSelector)).toBe(selectorFromLabelSelector(labelSelector));
  });
});

test('a set of labels selects what has them all', () => {
  expect(matchesLabels(selectorFromSet({ a: '1', b: '2' }), { a: '1', b: '2', c: '3' })).toBe(true);
  expect(matchesLabels(selectorFromSet({ a: '1', b: '2' }), { a: '1' })).toBe(false);
  expect(isEverything(selectorFromSet(undefined))).toBe(true);
});
