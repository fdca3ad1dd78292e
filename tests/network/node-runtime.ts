/** Node.js for tests, from npm and apart from our own dependencies; fetched at first use. */
import { join } from 'node:path';

const DIRECTORY = join(import.meta.dir, 'node');
const NODE = join(DIRECTORY, `node_modules/node-linux-${process.arch}/bin/node`);
const SETTINGS = ['--ignore-scripts', '--no-workspaces', '--no-audit', '--no-fund', '--loglevel=error'];

export const NODE_SUPPORTED = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
export const INSTALL_TIMEOUT_MS = 180_000;

export async function installNode(): Promise<void> {
  if (!(await Bun.file(NODE).exists())) await run(['npm', 'ci', ...SETTINGS]);
}

/** What it printed; rejects with what it complained of when it failed. */
export const runNode = (...args: string[]): Promise<string> => run([NODE, ...args]);

async function run(command: string[]): Promise<string> {
  const child = Bun.spawn(command, { cwd: DIRECTORY, stdout: 'pipe', stderr: 'pipe' });
  const [output, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`${command[0]} failed with ${code}: ${errors}`);
  return output;
}
