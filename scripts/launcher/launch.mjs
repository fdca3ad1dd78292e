import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endLike, runChild } from './child.mjs';
import { SetupError, setUp } from './setup.mjs';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Does the set-up that is still missing, runs Bun with these arguments in the caller's directory, and ends this
 * process as Bun ended.
 */
export async function runBun(args) {
  try {
    const bun = await setUp(ROOT);
    const PATH = [dirname(bun), join(ROOT, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
    const env = { ...process.env, PATH };
    endLike(await runChild(bun, [...isolation(), ...args], { stdio: 'inherit', env }));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`sotto: ${error.message}`);
    process.exitCode = 1;
  }
}

// Bun would take bunfig.toml (which can name code to run first) and .env (which can switch TLS verification off)
// from whatever directory the user stands in. Neither may come from a stranger's folder.
function isolation() {
  return [`--config=${join(ROOT, 'bunfig.toml')}`, '--no-env-file'];
}
