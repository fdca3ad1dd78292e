import type { ServerConfig } from '@sotto/server/config';
import type { Admin } from '@sotto/server/maintenance';
import type { Arguments } from '../../command.ts';
import { EXIT_CODES } from '../../exit-codes.ts';
import { complain, print, type System } from '../../system.ts';

/** What an action works with. */
export interface Scene {
  domain: Admin;
  args: Arguments;
  system: System;
  config: ServerConfig;
}

/** One thing that `sotto admin` does. */
export interface Action {
  /** As in help; in brackets where it may be left out. */
  argument?: string;
  summary: string;
  /** What to say where the argument is missing. */
  missing?: string;
  run(scene: Scene): Promise<number>;
  /** What is done without a database; undefined where it needs one. */
  alone?(args: Arguments, system: System): Promise<number> | undefined;
}

type User = NonNullable<Awaited<ReturnType<Admin['findUser']>>>;

/** Does `act` to the user that the argument names, and prints what it answers. */
export async function withUser(
  { domain, args, system }: Scene,
  act: (user: User) => Promise<string>,
): Promise<number> {
  const wanted = args.positional(1) ?? '';
  const user = await domain.findUser(wanted);
  if (user === undefined) return nobody(system, wanted);
  print(system, [await act(user)]);
  return EXIT_CODES.ok.code;
}

export function nobody(system: System, wanted: string): number {
  complain(system, [`sotto: there is no user "${wanted}"; \`sotto admin users\` lists them`]);
  return EXIT_CODES.failed.code;
}

/** Minutes are enough, in UTC so that logs and this agree. */
export function time(atMs: number): string {
  return atMs === 0 ? 'never' : `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
