import type { Admin } from '@sotto/server/maintenance';
import { sanitizeLine, table } from '@sotto/terminal';
import { EXIT_CODES } from '../../exit-codes.ts';
import { complain, print } from '../../system.ts';
import { type Action, nobody, type Scene, time } from './action.ts';

export const LISTINGS: Readonly<Record<string, Action>> = {
  users: { summary: 'list all accounts', run: listUsers },
  sessions: { argument: '[USER]', summary: 'list the sessions of a user, or all', run: listSessions },
  devices: { argument: 'USER', summary: 'list the devices that a user is logged in on', run: listDevices },
  revoke: {
    argument: 'SESSION',
    summary: 'end a session; a running server closes its connections within two seconds',
    missing: '`sotto admin sessions` lists them in its first column',
    run: revoke,
  },
  rooms: { summary: 'list all rooms but direct ones', run: listRooms },
  audit: {
    argument: '[ROOM]',
    summary:
      'show what was done to accounts, or in a room, the newest first; --user and --action show some of it',
    run: showAudit,
  },
};

type User = NonNullable<Awaited<ReturnType<Admin['findUser']>>>;

async function listUsers({ domain, system }: Scene): Promise<number> {
  const rows = [['number', 'name', 'role', 'state', 'factor', 'created', 'last seen', 'uuid']];
  for await (const user of domain.users())
    rows.push([
      `${user.number}`,
      sanitizeLine(user.name),
      roleOf(user),
      user.suspendedMs > 0 ? 'suspended' : '-',
      (await domain.hasSecondFactor(user)) ? 'totp' : '-',
      time(user.createdMs),
      time(user.lastSeenMs),
      user.uuid,
    ]);
  print(system, table(rows));
  return EXIT_CODES.ok.code;
}

function roleOf({ owner, administrator, assistant }: User): string {
  if (owner) return 'owner';
  if (assistant) return 'assistant';
  return administrator ? 'administrator' : 'user';
}

async function listSessions({ domain, args, system }: Scene): Promise<number> {
  const wanted = args.positional(1);
  const user = wanted === undefined ? undefined : await domain.findUser(wanted);
  if (wanted !== undefined && user === undefined) return nobody(system, wanted);
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

async function namesOf(domain: Admin, user: User | undefined): Promise<ReadonlyMap<number, string>> {
  if (user !== undefined) return new Map([[user.number, user.name]]);
  const names = new Map<number, string>();
  for await (const { number, name } of domain.users()) names.set(number, name);
  return names;
}

async function listDevices({ domain, args, system }: Scene): Promise<number> {
  const wanted = args.positional(1) ?? '';
  const user = await domain.findUser(wanted);
  if (user === undefined) return nobody(system, wanted);
  const rows = [['device', 'name', 'program', 'logged in with', 'since', 'last seen']];
  for (const session of await domain.sessions(user))
    rows.push([
      `${session.device}`,
      sanitizeLine(session.deviceName),
      sanitizeLine(session.agent),
      session.token === undefined ? 'password' : `token ${session.token.id}`,
      time(session.createdMs),
      time(session.lastSeenMs),
    ]);
  print(system, table(rows));
  return EXIT_CODES.ok.code;
}

async function revoke({ domain, args, system }: Scene): Promise<number> {
  const session = args.positional(1) ?? '';
  if (await domain.revoke(session)) {
    print(system, [`session ${session} is ended`]);
    return EXIT_CODES.ok.code;
  }
  complain(system, [`sotto: there is no living session "${session}"; \`sotto admin sessions\` lists them`]);
  return EXIT_CODES.failed.code;
}

async function listRooms({ domain, system }: Scene): Promise<number> {
  const rows = [['number', 'name', 'kind', 'members', 'state', 'kept', 'created']];
  for await (const { room, members } of domain.rooms()) {
    const { archived, retentionDays } = room.settings;
    const kept = retentionDays === 0 ? 'for ever' : `${retentionDays} d`;
    const state = archived ? 'archived' : '-';
    const name = sanitizeLine(room.name);
    rows.push([`${room.number}`, name, room.kind, `${members}`, state, kept, time(room.createdMs)]);
  }
  print(system, table(rows));
  return EXIT_CODES.ok.code;
}

async function showAudit({ domain, args, system }: Scene): Promise<number> {
  const wanted = args.positional(1);
  const room = wanted === undefined ? undefined : await domain.findRoom(wanted);
  if (wanted !== undefined && room === undefined) {
    complain(system, [`sotto: there is no room "${wanted}"; \`sotto admin rooms\` lists them`]);
    return EXIT_CODES.failed.code;
  }
  const filter = await auditFilter(domain, args);
  if (filter === undefined) return nobody(system, args.value('user') ?? '');
  const names = await namesOf(domain, undefined);
  const who = (user: number) => (user === 0 ? 'server' : `${user} ${sanitizeLine(names.get(user) ?? '')}`);
  const rows = [['time', 'who', 'did', 'to', 'detail']];
  for (const { timeMs, actor, target, action, detail } of await domain.audit(room, filter))
    rows.push([
      time(timeMs),
      who(actor).trimEnd(),
      action,
      target === 0 ? '-' : who(target).trimEnd(),
      sanitizeLine(detail),
    ]);
  print(system, table(rows));
  return EXIT_CODES.ok.code;
}

/** Undefined where there is no such user. */
async function auditFilter(
  domain: Admin,
  args: Scene['args'],
): Promise<Parameters<Admin['audit']>[1] | undefined> {
  const action = args.value('action');
  const wanted = args.value('user');
  if (wanted === undefined) return { action };
  const user = await domain.findUser(wanted);
  return user && { action, user: user.number };
}
