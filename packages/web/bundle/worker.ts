/** The service worker: a program of its own that knows which files belong to this build. */
import { join } from 'node:path';

const PROGRAM = join(import.meta.dir, '../src/sw.ts');

/** `paths`: the first load. `key` changes with any of these files. */
export async function buildWorker(paths: readonly string[], key: string): Promise<Uint8Array<ArrayBuffer>> {
  const { outputs } = await Bun.build({
    entrypoints: [PROGRAM],
    target: 'browser',
    minify: true,
    sourcemap: 'none',
    define: { SOTTO_FILES: JSON.stringify(paths), SOTTO_BUILD: JSON.stringify(key) },
  });
  const [program] = outputs;
  if (program === undefined) throw new Error('the bundler made no service worker');
  return new Uint8Array(await program.arrayBuffer());
}
