import { connect } from '@sotto/client/node';
import { choosePassword, register as makeAccount } from '@sotto/terminal';
import type { Arguments, Command } from '../command.ts';
import {
  PASSWORD_OPTION,
  readPassword,
  readTarget,
  SERVER_OPTIONS,
  TRUST_OPTIONS,
} from '../connection-options.ts';
import { UsageError } from '../errors.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { settleTrust } from '../known-servers.ts';
import { validName } from '../open-client.ts';
import { withPrompts } from '../prompts.ts';
import { print, type System } from '../system.ts';
import { AGENT } from '../version.ts';

export const command: Command = {
  name: 'register',
  summary: 'Make an account.',
  positionals: [{ name: 'name' }],
  options: {
    ...SERVER_OPTIONS,
    ...PASSWORD_OPTION,
    code: {
      argument: 'CODE',
      description:
        "An invite code, or the owner's code of a new server, where one is needed; or the code of `sotto admin recover`",
    },
    ...TRUST_OPTIONS,
  },
  notes: [
    'Who lost the password gets a code from whoever runs the server, by `sotto admin recover NAME`, and registers NAME with it and a new password. What was said is kept.',
  ],
  run: register,
};

async function register(args: Arguments, system: System): Promise<number> {
  const target = readTarget(args);
  const name = validName('name', args.positional(0) ?? '');
  const given = readPassword(args, system);
  return withPrompts(system, async (questions) => {
    if (given === undefined && questions === undefined)
      throw new UsageError('--password-file is missing; there is no terminal to ask in');
    const trust = await settleTrust({ args, target, questions, system });
    const password = given ?? (questions === undefined ? '' : await choosePassword(questions));
    const client = await connect({ server: target.server, transport: target.transport, trust, agent: AGENT });
    try {
      const code = args.value('code');
      const account = { name, password, ...(code === undefined ? {} : { code }) };
      await makeAccount({ client, account, questions, signal: system.leave });
    } finally {
      await client.close();
    }
    print(system, [`registered ${name} on ${target.name}`]);
    return EXIT_CODES.ok.code;
  });
}
