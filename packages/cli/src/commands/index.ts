/** All commands. Each is loaded when it is used, so that `sotto chat` does not load a server. */
import type { Command } from '../command.ts';

export const COMMANDS: ReadonlyMap<string, () => Promise<{ command: Command }>> = new Map([
  ['serve', () => import('./serve.ts')],
  ['chat', () => import('./chat.ts')],
  ['open', () => import('./open.ts')],
  ['register', () => import('./register.ts')],
  ['hello', () => import('./hello.ts')],
  ['status', () => import('./status.ts')],
  ['trust', () => import('./trust.ts')],
  ['admin', () => import('./admin.ts')],
  ['db', () => import('./db.ts')],
  ['help', () => import('./help.ts')],
  ['version', () => import('./version.ts')],
]);

/** Undefined for what is no command. */
export async function loadCommand(name: string): Promise<Command | undefined> {
  return (await COMMANDS.get(name)?.())?.command;
}

export async function loadCommands(): Promise<readonly Command[]> {
  return (await Promise.all([...COMMANDS.values()].map((load) => load()))).map(({ command }) => command);
}
