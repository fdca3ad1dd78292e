import { type Check, type Problem, readFiles } from './check.ts';
import { lineAt, type SourceFile, stringLiterals } from './source.ts';

type Place = { readonly file: string; readonly line: number };

/** A rule stands at the beginning of a line: `**FRAME-1.** The first byte ...`. */
const RULE = /^\*\*([A-Z][A-Z0-9]*-\d+)\.\*\*/gm;
const CITATION = /\[([A-Z][A-Z0-9]*-\d+)\]/g;

/** Specification and tests hold each other: every rule is tested, every rule that a test cites exists, and only once. */
export function specProblems(spec: readonly SourceFile[], tests: readonly SourceFile[]): Problem[] {
  const rules = spec.flatMap(rulesIn);
  const citations = tests.flatMap(citationsIn);
  const defined = new Set(rules.map((rule) => rule.id));
  const cited = new Set(citations.map((citation) => citation.id));
  const untested = rules.filter((rule) => !cited.has(rule.id));
  const repeated = rules.filter((rule, index) => rules.findIndex((other) => other.id === rule.id) < index);
  const unknown = citations.filter((citation) => !defined.has(citation.id));
  return [
    ...untested.map((rule) => problem(rule, 'has no test', `test it, with [${rule.id}] in the title`)),
    ...repeated.map((rule) => problem(rule, 'is defined twice', 'give the newer rule the next free number')),
    ...unknown.map((citation) =>
      problem(citation, 'is cited but is no rule in docs/spec', 'cite the rule that is meant, or write it'),
    ),
  ];
}

function rulesIn({ path, text }: SourceFile): (Place & { id: string })[] {
  return [...text.matchAll(RULE)].map((match) => ({
    id: match[1] ?? '',
    file: path,
    line: lineAt(text, match.index),
  }));
}

function citationsIn(file: SourceFile): (Place & { id: string })[] {
  return stringLiterals(file).flatMap(({ text, line }) =>
    [...text.matchAll(CITATION)].map((match) => ({ id: match[1] ?? '', file: file.path, line })),
  );
}

function problem({ id, file, line }: Place & { id: string }, message: string, remedy: string): Problem {
  return { file, line, message: `${id} ${message}`, remedy };
}

export const specCheck: Check = {
  name: 'spec',
  async run(root) {
    const spec = await readFiles(root, 'docs/spec/**/*.md');
    const tests = await readFiles(root, '{packages,tests}/**/*.{test,suite,sim}.{ts,tsx}');
    const rules = spec.flatMap(rulesIn).length;
    return { summary: `${rules} rules, ${tests.length} test files`, problems: specProblems(spec, tests) };
  },
};
