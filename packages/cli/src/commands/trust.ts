import { formatFingerprint } from '@sotto/client';
import type { Arguments, Command } from '../command.ts';
import { readFingerprint, readServer } from '../connection-options.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { knownServers } from '../known-servers.ts';
import { complain, print, type System } from '../system.ts';

export const command: Command = {
  name: 'trust',
  summary: "Show or change a server's known identity.",
  positionals: [{ name: 'server' }, { name: 'fingerprint', optional: true }],
  options: {},
  notes: [
    "server       HOST or HOST:PORT, as given to --server\nfingerprint  the one to accept from now on, as the server's operator says it",
  ],
  run: trust,
};

async function trust(args: Arguments, system: System): Promise<number> {
  const { name } = readServer('server', args.positional(0) ?? '');
  const known = knownServers(system);
  const given = args.positional(1);
  if (given !== undefined) {
    const sha256 = readFingerprint('fingerprint', given);
    await known.set(name, sha256);
    print(system, [`${name} is trusted as ${formatFingerprint(sha256)}`]);
    return EXIT_CODES.ok.code;
  }
  const kept = await known.get(name);
  if (kept === undefined) {
    complain(system, [
      `sotto: ${name} is not known here; \`sotto hello --server ${name}\` shows its fingerprint`,
    ]);
    return EXIT_CODES.failed.code;
  }
  print(system, [`${name} ${formatFingerprint(kept)}`]);
  return EXIT_CODES.ok.code;
}
