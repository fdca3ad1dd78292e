import { type Check, type Problem, readFiles } from './check.ts';
import type { SourceFile } from './source.ts';

const MAX_LINES = 400;
/** A comment at the head (after a #! line) that speaks of the file's length. */
const EXPLAINED = /^(?:#!.*\n)?\s*(?:\/\/|\/\*|#|<!--)(?:(?!\n\s*\n)[\s\S])*?\b(?:long|length|lines)\b/i;

export function sizeProblems(files: readonly SourceFile[]): Problem[] {
  return files.flatMap(({ path, text }) => {
    const lines = text.trimEnd().split('\n').length;
    if (lines <= MAX_LINES || EXPLAINED.test(text)) return [];
    return [
      {
        file: path,
        line: MAX_LINES + 1,
        message: `has ${lines} lines, more than ${MAX_LINES}`,
        remedy: 'divide it by purpose, or say in a comment at its head why it is this long',
      },
    ];
  });
}

export const sizesCheck: Check = {
  name: 'sizes',
  async run(root) {
    const files = await readFiles(
      root,
      '{packages,proto,tests,bench,examples,scripts,bin}/**/*.{ts,tsx,js,mjs,css,html,proto}',
    );
    return { summary: `${files.length} files`, problems: sizeProblems(files) };
  },
};
