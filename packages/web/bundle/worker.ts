/** The service worker: a program of its own that knows which files belong to this build. */
import { join } from 'node:path';

const PROGRAM = join(import.meta.dir, '../src/sw.ts');

export interface WorkerFiles {
  /** The first load. */
  readonly atOnce: readonly string[];
  /** What is loaded when it is wanted. */
  readonly parts: readonly string[];
}

/** `key` changes with any file of the first load, and so with any of its parts. */
export async function buildWorker(
  { atOnce, parts }: WorkerFiles,
  key: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const { outputs } = await Bun.build({
    entrypoints: [PROGRAM],
    target: 'browser',
    minify: true,
    sourcemap: 'none',
    define: {
      SOTTO_FILES: JSON.stringify(atOnce),
      SOTTO_PARTS: JSON.stringify(parts),
      SOTTO_BUILD: JSON.stringify(key),
    },
  });
  const [program] = outputs;
  if (program === undefined) throw new Error('the bundler made no service worker');
  return new Uint8Array(await program.arrayBuffer());
}
