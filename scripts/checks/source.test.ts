import { expect, test } from 'bun:test';
import { blankedCode, isTest, stringLiterals } from './source.ts';

const file = (text: string) => ({ path: 'packages/model/src/a.ts', text });

test('comments, strings and regular expressions are blanked in place', () => {
  const text = `a('x'); // 'y'\n/* "z" */ b(/"[/]/g, c / d / e);`;
  const blanked = blankedCode(file(text));
  expect(blanked).toBe(`a(' ');       \n          b(/     g, c / d / e);`);
  expect(blanked.length).toBe(text.length);
});

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: the source under test is in a string
test('template literals are blanked, the code in their holes is not', () => {
  expect(blankedCode(file('`a ${f({ x: `b ${g()}` })} c`'))).toBe('`   {f({ x: `   {g()}` })}  `');
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: the source under test is in a string

test('a division after a comment is not taken for a regular expression', () => {
  expect(stringLiterals(file("a /* half */ / 2; b = 'one' / 1;")).map(({ text }) => text)).toEqual(["'one'"]);
});

test('string literals keep their line', () => {
  expect(stringLiterals(file("x\n\n'three'\n`four`"))).toEqual([
    { text: "'three'", line: 3 },
    { text: '`four`', line: 4 },
  ]);
});

test('an unfinished string or template does not swallow the rest without end', () => {
  expect(blankedCode(file("it's\nf()"))).toContain('f()');
  expect(blankedCode(file('`never ends')).length).toBe(11);
});

test('test code is known by its name', () => {
  expect(isTest('packages/a/src/b.long.test.ts')).toBe(true);
  expect(isTest('packages/a/src/testing/contract.suite.ts')).toBe(true);
  expect(isTest('packages/a/src/testable.ts')).toBe(false);
});
