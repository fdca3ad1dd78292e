import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Check, isClean, type Problem, type Report, readFiles, runTool } from './check.ts';
import type { SourceFile } from './source.ts';

export const BASELINE = 'baseline.binpb';

/** Compares generated code with what is committed, by path below the folder it is generated into. */
export function staleProblems(committed: readonly SourceFile[], generated: readonly SourceFile[]): Problem[] {
  const fresh = new Map(generated.map(({ path, text }) => [path, text]));
  const old = new Map(committed.map(({ path, text }) => [path, text]));
  return [...new Set([...fresh.keys(), ...old.keys()])]
    .filter((path) => fresh.get(path) !== old.get(path))
    .map((path) => ({
      file: `proto/gen/${path}`,
      line: 1,
      message: 'is not what the schema generates',
      remedy: 'run `npm run generate` and commit',
    }));
}

async function generated(root: string): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'sotto-schema-'));
  try {
    const ran = await runTool(root, ['buf', 'generate', '--output', folder], 'proto');
    if (!isClean(ran)) return ran;
    const [committed, fresh] = await Promise.all([
      readFiles(`${root}/proto/gen`, '**/*'),
      readFiles(`${folder}/gen`, '**/*'),
    ]);
    return { summary: `${fresh.length} generated files`, problems: staleProblems(committed, fresh) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

export const schemaCheck: Check = {
  name: 'schema',
  async run(root) {
    const reports = await Promise.all([
      runTool(root, ['buf', 'lint'], 'proto'),
      runTool(root, ['buf', 'breaking', '--against', BASELINE], 'proto'),
      generated(root),
    ]);
    const outputs = reports.flatMap((report) => report.output ?? []);
    return {
      summary: `lint, breaking against ${BASELINE}, ${reports.at(-1)?.summary}`,
      problems: reports.flatMap((report) => report.problems),
      ...(outputs.length > 0 && { output: outputs.join('\n') }),
    };
  },
};
