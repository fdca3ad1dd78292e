import { jsonLine, onlineStatus, replyFields, resumeAtOnce, statusLines } from '@sotto/terminal';
import type { Arguments, Command } from '../command.ts';
import {
  JSON_OPTION,
  readTarget,
  SERVER_OPTIONS,
  TRUST_OPTIONS,
  USER_OPTION,
} from '../connection-options.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { settleTrust } from '../known-servers.ts';
import { openClient, whichUser } from '../open-client.ts';
import { withPrompts } from '../prompts.ts';
import { complain, print, type System } from '../system.ts';

export const command: Command = {
  name: 'status',
  summary: 'Show connection, session and rooms.',
  positionals: [],
  options: {
    ...SERVER_OPTIONS,
    ...USER_OPTION,
    ...TRUST_OPTIONS,
    ...JSON_OPTION,
  },
  notes: [
    'Goes on with the session that is kept here, so not while `sotto chat` uses it: /status shows the same there.',
  ],
  run: status,
};

async function status(args: Arguments, system: System): Promise<number> {
  const target = readTarget(args);
  const { name, trust } = await withPrompts(system, async (questions) => {
    const user = whichUser(args, questions);
    const trust = await settleTrust({ args, target, questions, system });
    return { name: await user(), trust };
  });
  const client = await openClient(target, trust, name, system);
  try {
    if ((await resumeAtOnce(client, system.leave)) === undefined) {
      complain(system, [
        `sotto: there is no session of ${name} on ${target.name}; sign in with \`sotto chat\``,
      ]);
      return EXIT_CODES.loginRefused.code;
    }
    const status = await onlineStatus(client);
    const json = () => [jsonLine('status', replyFields(status))];
    print(system, args.has('json') ? json() : statusLines(status));
    return EXIT_CODES.ok.code;
  } finally {
    await client.close();
  }
}
