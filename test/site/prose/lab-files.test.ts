import { expect, test } from 'vitest';
import { readLab } from '#site/prose/lab-files.ts';

test('readLab says which file is missing and which labs are there', () => {
  expect(() => readLab('1-controllers', 'gone')).toThrow(
    /There is no lab "gone" in content\/1-controllers.\n.*\n.*write content\/1-controllers\/gone.lab.yaml/,
  );
});
