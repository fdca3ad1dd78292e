/** What the client is built of, so that it is built again when any of it changes, and only then. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = join(import.meta.dir, '../../..');
const SOURCES = [
  'package-lock.json',
  'packages/*/package.json',
  'packages/{web,app,client,model,protocol,transport}/src/**/*',
  'packages/web/{bundle,public}/**/*',
  'proto/gen/**/*',
];
const TEST = /\.(test|suite|sim)\.tsx?$|\/testing\//;

/** The same for the same sources on the same runtime. */
export async function sourcesKey(): Promise<string> {
  const paths = SOURCES.flatMap((pattern) => [...new Bun.Glob(pattern).scanSync({ cwd: ROOT })])
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !TEST.test(path))
    .sort();
  const hash = new Bun.CryptoHasher('sha256').update(`${Bun.version} ${Bun.revision}\n`);
  for (const path of paths) {
    const bytes = await readFile(join(ROOT, path));
    hash.update(`${path} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest('hex').slice(0, 32);
}
