import { delimiter, dirname, join } from 'node:path';
import type { SourceFile } from './source.ts';

export type Problem = {
  readonly file: string;
  readonly line: number;
  readonly message: string;
  readonly remedy: string;
};

/** `summary` says what was looked at; `output` is what a tool printed when it found something. */
export type Report = {
  readonly summary: string;
  readonly problems: readonly Problem[];
  readonly output?: string;
};

export type Check = { readonly name: string; readonly run: (root: string) => Promise<Report> };

const IGNORED = /(^|\/)(node_modules|gen|out|dist)\//;

/** The files that people write, by globs from the root of the repository. */
export async function readFiles(root: string, ...patterns: string[]): Promise<SourceFile[]> {
  const paths = patterns
    .flatMap((pattern) => [...new Bun.Glob(pattern).scanSync({ cwd: root })])
    .map((path) => path.replaceAll('\\', '/'));
  const wanted = paths.filter((path) => !IGNORED.test(path)).sort();
  return Promise.all(wanted.map(async (path) => ({ path, text: await Bun.file(`${root}/${path}`).text() })));
}

/** Runs a tool of `root`'s node_modules/.bin; what it prints when it fails is its report. */
export async function runTool(root: string, command: readonly string[], directory = '.'): Promise<Report> {
  // This Bun first: the "bun" in .bin is a stand-in that only says that install scripts were not run.
  const PATH = [dirname(process.execPath), join(root, 'node_modules', '.bin'), process.env.PATH].join(
    delimiter,
  );
  const child = Bun.spawn([...command], {
    cwd: `${root}/${directory}`,
    env: { ...process.env, PATH },
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  const summary = command.join(' ');
  return code === 0
    ? { summary, problems: [] }
    : { summary, problems: [], output: `${stdout}${stderr}`.trim() };
}

export function isClean(report: Report): boolean {
  return report.problems.length === 0 && report.output === undefined;
}
