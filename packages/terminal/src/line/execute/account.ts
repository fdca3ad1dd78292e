import type { AccountRequest } from '@sotto/app/commands';
import { ErrorCode, type Person, type Recipient, SottoError } from '@sotto/client';
import { type Context, roomMeant } from '../context.ts';
import type { Reply } from '../reply.ts';
import { recipientLabel } from '../text/words.ts';

export async function account(context: Context, request: AccountRequest): Promise<Reply> {
  const { client, seen } = context;
  const { settings } = client.account;
  switch (request.kind) {
    case 'who': {
      const people = await client.roster();
      for (const person of people) seen.meet(person);
      return { kind: 'people', people };
    }
    case 'profile':
      return profile(context, request.user);
    case 'setProfile':
      return setProfile(context, request);
    case 'block':
      await settings.block(request.user);
      return { kind: 'done', did: request };
    case 'unblock':
      await settings.unblock(request.user);
      return { kind: 'done', did: request };
    case 'blocked': {
      const people = settings.blocked.length === 0 ? [] : await client.lookUp(settings.blocked);
      return { kind: 'blocked', people: people.filter((person) => person !== undefined) };
    }
    case 'showDoNotDisturb':
      return { kind: 'doNotDisturb', until: settings.doNotDisturbUntil };
    case 'doNotDisturb': {
      const { lastsMs } = request;
      const until = lastsMs === undefined ? undefined : new Date(Date.now() + lastsMs);
      await settings.setDoNotDisturb(until);
      return { kind: 'doNotDisturb', until };
    }
    case 'notify': {
      const room = roomMeant(context, request.of);
      if (request.level !== undefined) await settings.setNotificationLevel(room.number, request.level);
      return { kind: 'notify', room, level: request.level ?? settings.notificationLevel(room.number) };
    }
  }
}

async function profile({ client }: Context, user: Recipient | undefined): Promise<Reply> {
  const { me } = client;
  if (user === undefined && me !== undefined)
    return { kind: 'profile', person: me, profile: await client.account.profile() };
  const person = user === undefined ? undefined : await whoIs(client, user);
  const [found] = person === undefined ? [] : await client.account.profiles([person.number]);
  if (person === undefined || found === undefined)
    throw new SottoError(ErrorCode.NOT_FOUND, `user ${user === undefined ? '' : recipientLabel(user)}`);
  return { kind: 'profile', person, profile: found };
}

const whoIs = async (client: Context['client'], user: Recipient): Promise<Person | undefined> =>
  (await client.lookUp([user]))[0];

async function setProfile(
  { client }: Context,
  { changes, statusLastsMs }: Extract<AccountRequest, { kind: 'setProfile' }>,
): Promise<Reply> {
  const statusUntil = statusLastsMs === undefined ? undefined : new Date(Date.now() + statusLastsMs);
  const all = 'statusText' in changes ? { ...changes, statusUntil } : changes;
  const now = await client.account.setProfile(all);
  const { me } = client;
  if (me === undefined) throw new Error('not signed in');
  return { kind: 'profile', person: me, profile: now };
}
