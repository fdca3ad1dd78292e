import { blankedCode, lineAt, type SourceFile } from './source.ts';

/** `erased`: written `import type` or `export type`, so that nothing is loaded when the program runs. */
export type Import = { readonly specifier: string; readonly line: number; readonly erased: boolean };

/** A quoted specifier; its inside is blank in the code that is searched. */
const QUOTED = String.raw`(?<quote>['"])(?<inside> *)\k<quote>`;

const FORMS: readonly RegExp[] = [
  new RegExp(
    String.raw`\b(?:import|export)\s+(?<erased>type\s+(?!from\b|,))?[\w$*{][^'"();]*?\bfrom\s*${QUOTED}`,
    'dg',
  ),
  new RegExp(String.raw`\b(?:import|export)\s*[{*][^'"();]*?\bfrom\s*${QUOTED}`, 'dg'),
  new RegExp(String.raw`\bimport\s*${QUOTED}`, 'dg'),
  new RegExp(String.raw`\b(?:import|require|require\.resolve|import\.meta\.resolve)\s*\(\s*${QUOTED}`, 'dg'),
  new RegExp(String.raw`\bnew\s+URL\s*\(\s*${QUOTED}\s*,\s*import\.meta\.`, 'dg'),
];

/** Every way to name another module: static, type-only, re-export, dynamic, required, or as a worker's URL. */
export function scanImports(file: SourceFile): Import[] {
  const code = blankedCode(file);
  const found = new Map<number, Import>();
  for (const form of FORMS) {
    for (const match of code.matchAll(form)) {
      const [start, end] = match.indices?.groups?.inside ?? [0, 0];
      if (start === end || found.has(start)) continue;
      const erased = match.groups?.erased !== undefined;
      found.set(start, { specifier: file.text.slice(start, end), line: lineAt(code, match.index), erased });
    }
  }
  return [...found.values()].sort((a, b) => a.line - b.line);
}
