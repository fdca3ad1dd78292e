import { type Admin, withAdmin } from '@sotto/server/maintenance';
import type { Arguments, Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { columns } from '../help.ts';
import { serverConfig, settingOptions } from '../server-settings.ts';
import type { System } from '../system.ts';
import { ACCOUNT_ACTIONS } from './admin/accounts.ts';
import type { Action } from './admin/action.ts';
import { ASSISTANT_OPTIONS } from './admin/assistant-options.ts';
import { ASSISTANT_ACTIONS } from './admin/assistants.ts';
import { INVITE_ACTIONS, USES_DEFAULT } from './admin/invites.ts';
import { LISTINGS } from './admin/listings.ts';
import { TOKEN_ACTIONS } from './admin/tokens.ts';

const ACTIONS: Readonly<Record<string, Action>> = {
  ...LISTINGS,
  ...INVITE_ACTIONS,
  ...ACCOUNT_ACTIONS,
  ...TOKEN_ACTIONS,
  ...ASSISTANT_ACTIONS,
};
/** Of a line of help. */
const WIDTH = 100;

export const command: Command = {
  name: 'admin',
  summary: "Look after a server's accounts, on its own machine.",
  positionals: [{ name: 'ACTION' }, { name: 'argument', optional: true }],
  options: {
    ...settingOptions(['data', 'database', 'deletedAccounts']),
    uses: { argument: 'N', description: `How many accounts an invite code makes (default ${USES_DEFAULT})` },
    expires: {
      argument: 'TIME',
      description:
        'How long what is made is good for, like 12h: an invite code 7d, a recovery 1d, a token for ever by default',
    },
    user: { argument: 'USER', description: 'Of the audit log, what this user did or what was done to them' },
    action: { argument: 'NAME', description: 'Of the audit log, only this: suspend, recover, member.kicked' },
    reason: { argument: 'TEXT', description: 'Why an account is suspended; its user is told' },
    remove: { description: 'Make an administrator an ordinary user again' },
    'keep-second-factor': { description: 'Recover the password alone' },
    name: { argument: 'TEXT', description: 'What a token is called in lists' },
    scopes: {
      argument: 'LIST',
      description: 'What a token may do: some of read,write,rooms,moderate,profile',
    },
    ...ASSISTANT_OPTIONS,
  },
  notes: [
    columns(
      Object.entries(ACTIONS).map(([name, { argument, summary }]) => [
        [name, argument].filter((word) => word !== undefined).join(' '),
        summary,
      ]),
      WIDTH,
    ).join('\n'),
    'USER is a number, a UUID or a name. Works on the database in the data directory, beside a running server, which acts by it within two seconds, or without one.',
  ],
  run: admin,
};

async function admin(args: Arguments, system: System): Promise<number> {
  const wanted = args.positional(0) ?? '';
  const action = Object.hasOwn(ACTIONS, wanted) ? ACTIONS[wanted] : undefined;
  if (action === undefined)
    throw new UsageError(
      `"${wanted}" is nothing \`sotto admin\` does; write one of ${Object.keys(ACTIONS).join(', ')}`,
    );
  if (action.argument !== undefined && !action.argument.startsWith('[') && args.positional(1) === undefined)
    throw new UsageError(
      `${action.argument} is missing; ${action.missing ?? '`sotto admin users` lists them'}`,
    );
  const alone = action.alone?.(args, system);
  if (alone !== undefined) return alone;
  const config = serverConfig(args, system);
  return withAdmin(config.database, (domain: Admin) => action.run({ domain, args, system, config }));
}
