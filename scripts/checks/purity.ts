import { type Check, type Problem, readFiles } from './check.ts';
import { blankedCode, isTest, lineAt, type SourceFile } from './source.ts';

/** Not a property (`.name`), a method or property being defined, or part of a longer name. */
const ambient = (names: string) =>
  new RegExp(String.raw`(?<![\w$#]|(?<!\.\.)\.)(?:${names})\b(?!\s*\??:)`, 'g');
const member = (names: string) => new RegExp(String.raw`\b(?:${names})\b`, 'g');

type Rule = { readonly pattern: RegExp; readonly what: string; readonly remedy: string };

const CLOCK = {
  what: 'reads the clock or sets a timer',
  remedy: 'take `now` as an argument and return the next deadline',
};
const RANDOMNESS = {
  what: 'draws randomness',
  remedy: 'take the random bytes, or the function that makes them, as an argument',
};
const WORLD = {
  what: 'reaches outside',
  remedy: 'return what should happen, or take the capability as an argument',
};

const RULES: readonly Rule[] = [
  {
    ...CLOCK,
    pattern: /\bDate\s*\.\s*now\b|\bnew\s+Date\s*(?:\(\s*\)|(?!\s*\())|(?<!new\s+|[\w$.])Date\s*\(/g,
  },
  { ...CLOCK, pattern: ambient('performance|Temporal\\s*\\.\\s*Now') },
  { ...CLOCK, pattern: ambient('setTimeout|setInterval|setImmediate|queueMicrotask|requestAnimationFrame') },
  { ...CLOCK, pattern: /\bAbortSignal\s*\.\s*timeout\b/g },
  { ...RANDOMNESS, pattern: /\bMath\s*\.\s*random\b/g },
  { ...RANDOMNESS, pattern: member('getRandomValues|randomUUID|randomUUIDv7|randomBytes|randomInt') },
  {
    ...WORLD,
    pattern: ambient('Bun|console|globalThis|localStorage|indexedDB|navigator'),
  },
  { ...WORLD, pattern: ambient('WebSocket|XMLHttpRequest|EventSource|WebTransport|Worker|BroadcastChannel') },
  { ...WORLD, pattern: /(?<![\w$#]|(?<!\.\.)\.|function\s)process\b(?!\s*\??[:(])/g },
  { ...WORLD, pattern: /(?<![\w$#.]|function\s)fetch\s*\((?![^()]*\)\s*[:{])/g },
  { ...WORLD, pattern: /\bcrypto\s*\.\s*subtle\b|\bimport\s*\.\s*meta\b|\bimport\s*\(/g },
];

/** The logic that the simulator runs under virtual time: same inputs, same outputs, and nothing else. */
export function purityProblems(files: readonly SourceFile[]): Problem[] {
  return files
    .filter((file) => !isTest(file.path))
    .flatMap((file) => {
      const code = blankedCode(file);
      return RULES.flatMap(({ pattern, what, remedy }) =>
        [...code.matchAll(pattern)].map((match) => ({
          file: file.path,
          line: lineAt(code, match.index),
          message: `${match[0].trim()} ${what}`,
          remedy,
        })),
      );
    });
}

const PURE = ['packages/{model,protocol}/**/*.ts', 'packages/client/src/paths/**/*.ts'] as const;

export const purityCheck: Check = {
  name: 'purity',
  async run(root) {
    const files = await readFiles(root, ...PURE);
    const summary = `${files.length} files of model, protocol and the client's paths`;
    return { summary, problems: purityProblems(files) };
  },
};
