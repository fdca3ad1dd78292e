/**
 * The permission table through the public SDK, cell by cell: in every kind of room everybody tries everything, over UDP
 * and TLS, and is let do it or refused as the table says (M10).
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type MessageView, type SottoClient, SottoError } from '@sotto/client/node';
import {
  LOBBY,
  mayInRoom,
  ROOM_ACTIONS,
  type RoomAction,
  type RoomKind,
  type RoomNumber,
  type RoomRole,
  type Sequence,
  type Standing,
} from '@sotto/model';
import { ErrorCode } from '@sotto/schema';
import { makeAdministrator } from './support/accounts.ts';
import { type House, openHouse } from './support/house.ts';

const TIMEOUT_MS = 120_000;

/** Who stands where in the rooms that boss, an owner of each, has made; root owns the server. */
const STANDINGS: readonly Standing[] = ['owner', 'admin', 'moderator', 'member', 'guest', 'none'];
/** In the lobby everybody is a member, administrators of the server are admins, and its owner is an owner. */
const IN_LOBBY: Partial<Record<Standing, string>> = { owner: 'root', admin: 'steward', member: 'member' };
const REFUSALS: ReadonlySet<ErrorCode> = new Set([ErrorCode.PERMISSION_DENIED, ErrorCode.NOT_FOUND]);

let house: House;
beforeAll(async () => {
  house = await openHouse({
    people: {
      root: 'tls',
      boss: 'udp',
      owner: 'tls',
      admin: 'udp',
      moderator: 'tls',
      member: 'udp',
      guest: 'tls',
      none: 'udp',
      victim: 'tls',
      extra: 'udp',
      steward: 'tls',
    },
    flags: [],
    prepare: (directory) => makeAdministrator(directory, 'steward'),
  });
}, TIMEOUT_MS);
afterAll(() => house.close());

const client = (name: string): SottoClient => house.guest(name).client;

/** A room in which everybody stands, with messages of everybody. */
interface Place {
  kind: RoomKind;
  room: RoomNumber;
  /** Who can undo what others did. */
  boss: SottoClient;
  /** The messages that each standing wrote while it could: one to edit, one to delete. */
  own: Map<Standing, [Sequence, Sequence]>;
}

async function say(by: SottoClient, room: RoomNumber): Promise<Sequence> {
  return (await by.send(room, 'said')).sequence;
}

/** Everybody writes as a moderator first, since not all may write later. */
async function furnish(kind: 'public' | 'announcement' | 'private'): Promise<Place> {
  const boss = client('boss');
  const options = { private: kind === 'private', announcement: kind === 'announcement' };
  const { number: room } = await boss.createRoom(`the-${kind}-room`, options);
  const own: Place['own'] = new Map();
  for (const standing of STANDINGS) {
    await boss.addMember(room, standing);
    await boss.moderation.setRole(room, standing, 'moderator');
    await house.guest(standing).hears('roomEntered', (event) => event.room.number === room);
    own.set(standing, [await say(client(standing), room), await say(client(standing), room)]);
    if (standing === 'none') await boss.moderation.kick(room, standing);
    else await boss.moderation.setRole(room, standing, standing as RoomRole);
  }
  await boss.addMember(room, 'victim');
  await boss.moderation.setRole(room, 'victim', 'guest');
  return { kind, room, boss, own };
}

async function lobby(): Promise<Place> {
  const own: Place['own'] = new Map();
  for (const [standing, name] of Object.entries(IN_LOBBY)) {
    own.set(standing as Standing, [await say(client(name), LOBBY), await say(client(name), LOBBY)]);
  }
  return { kind: 'lobby', room: LOBBY, boss: client('root'), own };
}

/** Between boss and member. */
async function direct(): Promise<Place> {
  const { outcomes } = await client('boss').sendDirect(['member'], 'hi');
  const room = outcomes[0]?.sent?.room;
  if (room === undefined) throw new Error('no direct room');
  await house.guest('member').hears('roomEntered', (event) => event.room.number === room);
  const own: Place['own'] = new Map();
  own.set('member', [await say(client('member'), room), await say(client('member'), room)]);
  return { kind: 'direct', room, boss: client('boss'), own };
}

const mine = ({ own }: Place, standing: Standing, which: 0 | 1): Sequence =>
  own.get(standing)?.[which] ?? (1 as Sequence);

let days = 0;

type Attempt = (by: SottoClient, place: Place, standing: Standing) => Promise<unknown>;

/** An answer is stopped while it is written, which needs an assistant: tests of REPLY-4 do. */
type Tried = Exclude<RoomAction, 'stopAnswers'>;
const TRIED = ROOM_ACTIONS.filter((action): action is Tried => action !== 'stopAnswers');

const ATTEMPTS: Readonly<Record<Tried, Attempt>> = {
  see: (by, { room }) => by.room(room),
  read: (by, { room }) => by.messages(room, { limit: 1 }),
  send: (by, { room }) => by.send(room, 'hello'),
  react: async (by, { room, boss }) => by.react(room, await say(boss, room), '👍'),
  editOwn: (by, place, standing) => by.edit(place.room, mine(place, standing, 0), `edited ${++days}`),
  deleteOwn: (by, place, standing) => by.delete(place.room, mine(place, standing, 1)),
  deleteAny: async (by, { room, boss }) => by.delete(room, await say(boss, room)),
  pin: async (by, { room, boss }) => {
    const sequence = await say(boss, room);
    await by.pin(room, sequence);
    await boss.unpin(room, sequence);
  },
  // It is sent all the same, and mentions nobody.
  mentionRoom: async (by, place) => {
    const { sequence } = await by.send(place.room, '@room come');
    const { messages } = await place.boss.mentions({ limit: 50 });
    const mentioned = ({ room, sequence: at }: MessageView) => room.number === place.room && at === sequence;
    if (by !== place.boss && !messages.some(mentioned)) throw new SottoError(ErrorCode.PERMISSION_DENIED);
  },
  answerFile: async (by, { room, boss }) => {
    const { sequence } = await boss.sendFile(room, new Blob(['a file']));
    await by.acceptFile(room, sequence);
  },
  join: (by, { room }) => by.joinRoom(room),
  leave: (by, { room }) => by.leaveRoom(room),
  listMembers: (by, { room }) => by.members(room),
  addMember: (by, { room }) => by.addMember(room, 'extra'),
  makeInvite: (by, { room }) => by.invites.create(room),
  kick: (by, { room }) => by.moderation.kick(room, 'victim', 'a test'),
  ban: (by, { room }) => by.moderation.ban(room, 'victim', { reason: 'a test' }),
  mute: (by, { room }) => by.moderation.mute(room, 'victim'),
  setRole: (by, { room }) => by.moderation.setRole(room, 'victim', 'member'),
  setTopic: (by, { room }) => by.changeRoom(room, { topic: `topic ${++days}` }),
  setSlowMode: (by, { room }) => by.changeRoom(room, { slowModeSeconds: 1 }),
  changeRoom: (by, { room }) => by.changeRoom(room, { name: `room-${++days}` }),
  setRetention: (by, { room }) => by.changeRoom(room, { retentionDays: 1_000 + ++days }),
  archive: (by, { room }) => by.changeRoom(room, { archived: true }),
  seeAudit: (by, { room }) => by.moderation.audit(room),
  setAssistants: (by, { room }) => by.changeRoom(room, { assistantInstructions: `keep to ${++days}` }),
};

/** So that the next one finds the room as this one did. */
async function undo(action: RoomAction, { room, boss, kind }: Place, standing: Standing): Promise<void> {
  switch (action) {
    case 'join':
      return boss.moderation.kick(room, standing);
    case 'leave':
      await boss.addMember(room, standing);
      return boss.moderation.setRole(room, standing, standing as RoomRole);
    case 'addMember':
      return boss.moderation.kick(room, 'extra');
    case 'kick':
    case 'ban':
      if (action === 'ban') await boss.moderation.unban(room, 'victim');
      await boss.addMember(room, 'victim');
      return boss.moderation.setRole(room, 'victim', 'guest');
    case 'mute':
      return boss.moderation.unmute(room, 'victim');
    case 'setRole':
      return boss.moderation.setRole(room, 'victim', 'guest');
    case 'setSlowMode':
      await boss.changeRoom(room, { slowModeSeconds: 0 });
      return;
    case 'archive':
      await boss.changeRoom(room, { archived: false });
      return;
    case 'setRetention':
      if (kind !== 'lobby') await boss.changeRoom(room, { retentionDays: 0 });
      return;
    default:
  }
}

/** Whether it was let happen; anything but a refusal for lack of right is a defect. */
async function tried(attempt: Promise<unknown>): Promise<boolean> {
  try {
    await attempt;
    return true;
  } catch (error) {
    if (error instanceof SottoError && REFUSALS.has(error.code)) return false;
    throw error;
  }
}

/** A member who joins stays where it is, whatever the kind of room: there is nothing to allow. */
const isNothing = (action: RoomAction, standing: Standing): boolean =>
  action === 'join' && standing !== 'none';

/** The table says nothing of those who cannot write about a word that is in what they write. */
const needsMore = (action: RoomAction, kind: RoomKind, standing: Standing): boolean =>
  action === 'mentionRoom' && !mayInRoom(kind, standing, 'send');

async function walk(place: Place, standing: Standing, name: string): Promise<void> {
  const answers: [RoomAction, boolean][] = [];
  const expected: [RoomAction, boolean][] = [];
  for (const action of TRIED) {
    if (isNothing(action, standing)) continue;
    const allowed = await tried(ATTEMPTS[action](client(name), place, standing));
    answers.push([action, allowed]);
    expected.push([
      action,
      mayInRoom(place.kind, standing, action) && !needsMore(action, place.kind, standing),
    ]);
    if (allowed) await undo(action, place, standing);
  }
  expect(answers).toEqual(expected);
}

for (const kind of ['public', 'announcement', 'private'] as const) {
  describe(`a room that is ${kind === 'announcement' ? 'for announcements' : kind}`, () => {
    let place: Place;
    beforeAll(async () => {
      place = await furnish(kind);
    }, TIMEOUT_MS);
    for (const standing of STANDINGS) {
      const who = standing === 'none' ? 'somebody who is no member' : `its ${standing}`;
      test(
        `[PERMISSION-1] M10: ${who} does what the table allows, and nothing else`,
        () => walk(place, standing, standing),
        TIMEOUT_MS,
      );
    }
  });
}

describe('the lobby', () => {
  let place: Place;
  beforeAll(async () => {
    place = await lobby();
  }, TIMEOUT_MS);
  for (const [standing, name] of Object.entries(IN_LOBBY)) {
    test(
      `[PERMISSION-3] M10: ${name} stands there as ${standing}`,
      () => walk(place, standing as Standing, name),
      TIMEOUT_MS,
    );
  }
});

describe('direct messages', () => {
  let place: Place;
  beforeAll(async () => {
    place = await direct();
  }, TIMEOUT_MS);
  test('[PERMISSION-1] M10: one of the two', () => walk(place, 'member', 'member'), TIMEOUT_MS);
  test('[PERMISSION-1] M10: somebody else', () => walk(place, 'none', 'none'), TIMEOUT_MS);
  test(
    '[PERMISSION-3] M10: the owner of the server is somebody else there',
    async () => {
      await walk(place, 'none', 'root');
    },
    TIMEOUT_MS,
  );
});
