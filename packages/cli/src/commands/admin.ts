import { type Admin, withAdmin } from '@sotto/server/maintenance';
import { sanitizeLine, table } from '@sotto/terminal';
import type { Arguments, Command } from '../command.ts';
import { parseDuration } from '../duration.ts';
import { UsageError } from '../errors.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { serverConfig, settingOptions } from '../server-settings.ts';
import { complain, print, type System } from '../system.ts';

const USES_DEFAULT = '1';
const EXPIRES_DEFAULT = '7d';

export const command: Command = {
  name: 'admin',
  summary: "Look after a server's accounts, on its own machine.",
  positionals: [{ name: 'users|sessions|revoke|invite' }, { name: 'argument', optional: true }],
  options: {
    ...settingOptions(['data', 'database']),
    uses: { argument: 'N', description: `How many accounts an invitation makes (default ${USES_DEFAULT})` },
    expires: {
      argument: 'TIME',
      description: `How long an invitation is good for, like 12h (default ${EXPIRES_DEFAULT})`,
    },
  },
  notes: [
    'users             list all accounts\nsessions [USER]   list the sessions of a user (number, UUID or name), or all\nrevoke SESSION    end a session; a running server closes its connections within two seconds\ninvite            print a code that makes accounts where registration is by invitation',
    'Works on the database in the data directory, beside a running server or without one.',
  ],
  run: admin,
};

async function admin(args: Arguments, system: System): Promise<number> {
  const action = ACTIONS.get(args.positional(0) ?? '');
  if (action === undefined) {
    const names = [...ACTIONS.keys()].join(', ');
    throw new UsageError(`"${args.positional(0)}" is nothing \`sotto admin\` does; write one of ${names}`);
  }
  const { database } = serverConfig(args, system);
  return withAdmin(database, (domain) => action(domain, args, system));
}

type Action = (domain: Admin, args: Arguments, system: System) => Promise<number>;

const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ['users', listUsers],
  ['sessions', listSessions],
  ['revoke', revoke],
  ['invite', invite],
]);

async function listUsers(domain: Admin, _: Arguments, system: System): Promise<number> {
  const rows = [['number', 'name', 'role', 'created', 'last seen', 'uuid']];
  for await (const { number, name, owner, createdMs, lastSeenMs, uuid } of domain.users())
    rows.push([
      `${number}`,
      sanitizeLine(name),
      owner ? 'owner' : 'user',
      time(createdMs),
      time(lastSeenMs),
      uuid,
    ]);
  print(system, table(rows));
  return EXIT_CODES.ok.code;
}

async function listSessions(domain: Admin, args: Arguments, system: System): Promise<number> {
  const wanted = args.positional(1);
  const user = wanted === undefined ? undefined : await domain.findUser(wanted);
  if (wanted !== undefined && user === undefined) {
    complain(system, [`sotto: there is no user "${wanted}"; \`sotto admin users\` lists them`]);
    return EXIT_CODES.failed.code;
  }
  const names = await namesOf(domain, user);
  const rows = [['session', 'user', 'device', 'created', 'last seen', 'program']];
  for (const session of await domain.sessions(user)) {
    const device = `${session.device} ${sanitizeLine(session.deviceName)}`;
    const times = [time(session.createdMs), time(session.lastSeenMs)];
    const owner = `${session.user} ${sanitizeLine(names.get(session.user) ?? '')}`.trimEnd();
    rows.push([session.id, owner, device, ...times, sanitizeLine(session.agent)]);
  }
  print(system, table(rows));
  return EXIT_CODES.ok.code;
}

async function namesOf(
  domain: Admin,
  user: Awaited<ReturnType<Admin['findUser']>>,
): Promise<ReadonlyMap<number, string>> {
  if (user !== undefined) return new Map([[user.number, user.name]]);
  const names = new Map<number, string>();
  for await (const { number, name } of domain.users()) names.set(number, name);
  return names;
}

async function revoke(domain: Admin, args: Arguments, system: System): Promise<number> {
  const session = args.positional(1);
  if (session === undefined)
    throw new UsageError('SESSION is missing; `sotto admin sessions` lists them in its first column');
  if (await domain.revoke(session)) {
    print(system, [`session ${session} is ended`]);
    return EXIT_CODES.ok.code;
  }
  complain(system, [`sotto: there is no living session "${session}"; \`sotto admin sessions\` lists them`]);
  return EXIT_CODES.failed.code;
}

async function invite(domain: Admin, args: Arguments, system: System): Promise<number> {
  const uses = args.value('uses') ?? USES_DEFAULT;
  if (!/^[1-9]\d{0,3}$/.test(uses)) throw new UsageError(`--uses "${uses}" is no number from 1 to 1000`);
  const lifetimeMs = parseDuration('--expires', args.value('expires') ?? EXPIRES_DEFAULT);
  print(system, [await domain.invite({ uses: Number(uses), lifetimeMs })]);
  return EXIT_CODES.ok.code;
}

/** Minutes are enough, in UTC so that logs and this agree. */
function time(atMs: number): string {
  return atMs === 0 ? 'never' : `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
