import { describe, expect, test } from 'vitest';
import { checkVocabulary, measure } from '#site/vocabulary.ts';

describe('checkVocabulary', () => {
  test('names the unknown component, its line and the whole list', () => {
    const check = (): void => checkVocabulary('Text.\n\n<Labb id="x" />', 'content/a/en.mdx');
    expect(check).toThrow('content/a/en.mdx:3: <Labb> is not a component that chapters can use.');
    expect(check).toThrow('Expected one of: Lab, Num, Manifest');
  });

  test.each([
    ['`<Deployment>`', 'inline code'],
    ['``a ` <Deployment>``', 'inline code with a backtick'],
    ['```yaml\n<Pod>\n```', 'a fence'],
    ['~~~\n<Pod>\n~~~', 'a fence of tildes'],
    ['{/* <Pod> */}', 'a comment'],
    ['<Aside kind="trap">\n**Text**\n</Aside>', 'a known component'],
    ['<br />', 'an element of HTML'],
  ])('accepts %j: %s', (body) => {
    expect(() => checkVocabulary(body, 'a.mdx')).not.toThrow();
  });

  test('goes on after a fence', () => {
    expect(() => checkVocabulary('```\na\n```\n<Wrong />', 'a.mdx')).toThrow('a.mdx:4:');
  });

  test('refuses imports', () => {
    expect(() => checkVocabulary("import A from './a.astro';", 'a.mdx')).toThrow(
      'chapters import and export nothing',
    );
  });
});

describe('measure', () => {
  test('counts labs in order of appearance, exercises and minutes', () => {
    const body = `${'word '.repeat(800)}\n<Lab id="one" />\n<Exercise title="x">\n</Exercise>\n<Lab id="two" />`;
    expect(measure(body)).toEqual({ minutes: 8, labs: ['one', 'two'], exerciseCount: 1 });
  });

  test('does not count what stands in code', () => {
    expect(measure('```\n<Lab id="no" />\n```')).toMatchObject({ labs: [], minutes: 1 });
  });

  test('counts Korean words', () => {
    expect(measure('컨트롤러는 상태를 지켜봅니다. '.repeat(200)).minutes).toBe(3);
  });
});
