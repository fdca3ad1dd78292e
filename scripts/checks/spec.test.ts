import { expect, test } from 'bun:test';
import { specProblems } from './spec.ts';

const spec = (text: string) => [{ path: 'docs/spec/frame.md', text }];
const tests = (text: string) => [{ path: 'packages/protocol/src/frame.test.ts', text }];

test('rules and tests that name each other are in order', () => {
  expect(
    specProblems(
      spec('# Frames\n\n**FRAME-1.** One byte.\n'),
      tests("test('[FRAME-1] reads the version', f);"),
    ),
  ).toEqual([]);
});

test('a rule without a test is found', () => {
  expect(
    specProblems(spec('**FRAME-1.** One byte.\n**FRAME-2.** Two.'), tests("test('[FRAME-1] ...', f);")),
  ).toMatchObject([{ file: 'docs/spec/frame.md', line: 2, message: 'FRAME-2 has no test' }]);
});

test('a citation in a comment is no test', () => {
  expect(specProblems(spec('**FRAME-1.** One byte.'), tests('// [FRAME-1]'))).toHaveLength(1);
});

test('a citation of a rule that does not exist is found', () => {
  expect(specProblems([], tests('\ntest(`[FRAME-9]`, f);'))).toMatchObject([
    { file: 'packages/protocol/src/frame.test.ts', line: 2, message: expect.stringContaining('FRAME-9') },
  ]);
});

test('two rules of one name are found; a mention within a sentence defines nothing', () => {
  const text = '**FRAME-1.** One byte.\n\nSee **FRAME-2.** for more.\n\n**FRAME-1.** Again.';
  expect(specProblems(spec(text), tests("'[FRAME-1]'"))).toMatchObject([
    { line: 5, message: 'FRAME-1 is defined twice' },
  ]);
});
