/** Assistants as members of rooms, and what moderators say of them, through frames (I1, I3). */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { ASSISTANT_INSTRUCTIONS_MAX_CHARACTERS, LOBBY, type RoomNumber, roomStream } from '@sotto/model';
import type { FrameFields } from '@sotto/protocol';
import { AssistantAccess, Delivery, ErrorCode, Role } from '@sotto/schema';
import type { UserRecord } from '../accounts/store.ts';
import { createAdmin } from '../admin/admin.ts';
import { makeAssistant } from '../assistants/accounts.ts';
import { encodeContent } from '../events/content.ts';
import { Asking, contentOf, named, numbered } from '../testing/asking.ts';
import { createWorld, type LoggedIn, type World } from '../testing/world.ts';

type Wanted = NonNullable<FrameFields<'changeRoom'>['settings']>;
type MemberChange = NonNullable<FrameFields<'changeMember'>['change']>;

let world: World;
let asking: Asking;
let alice: LoggedIn;
let bob: LoggedIn;
let cleo: LoggedIn;
let dan: LoggedIn;
let tea: RoomNumber;
let helper: UserRecord;

beforeEach(async () => {
  world = await createWorld();
  asking = new Asking(world);
  const { store, clock, random } = world;
  helper = await makeAssistant({ assistants: store.assistants, clock, random }, 'helper');
  // The server's owner.
  alice = await world.user('alice');
  [bob, cleo, dan] = [await world.user('bob'), await world.user('cleo'), await world.user('dan')];
  tea = await asking.room(bob, 'tea');
  await asking.enter(bob, cleo, tea, Role.MODERATOR);
  await asking.enter(bob, dan, tea);
});

afterEach(async () => {
  await world.close();
  expect(world.errors).toEqual([]);
});

const bring = (by: LoggedIn, room = tea) =>
  asking.refused(by, 'addMember', { room: numbered(room), user: named('helper') });
const treat = (by: LoggedIn, change: MemberChange, room = tea) =>
  asking.refused(by, 'changeMember', { room: numbered(room), user: named('helper'), change });
const membersOf = async (by: LoggedIn, room = tea) => {
  const { members } = await asking.ask(by, 'listMembers', { room: numbered(room), limit: 50 });
  return members.map(({ user, role }) => [user?.name, user?.assistant, role]);
};
const roster = async () => {
  const { people } = await asking.ask(dan, 'readRoster', { limit: 50 });
  return people.map(({ user }) => [user?.name, user?.assistant]);
};
const inTea = async () => (await membersOf(bob)).some(([name]) => name === 'helper');

describe('assistants in rooms (I1)', () => {
  test('[ASSIST-2] one is in the lobby by itself, and elsewhere where a member added it', async () => {
    expect(await roster()).toContainEqual(['helper', true]);
    const { members } = await asking.ask(dan, 'readRoom', { room: numbered(LOBBY) });
    expect(members).toBe(5);
    expect(await inTea()).toBe(false);
    expect(await bring(dan)).toBeUndefined();
    expect(await membersOf(dan)).toContainEqual(['helper', true, Role.MEMBER]);
    expect(await membersOf(dan)).toContainEqual(['bob', false, Role.OWNER]);
  });

  test('[ASSIST-2] where moderators alone add members, nobody else brings one in', async () => {
    const news = await asking.room(bob, 'news', 'announcement');
    await asking.enter(bob, dan, news);
    expect(await bring(dan, news)).toBe(ErrorCode.PERMISSION_DENIED);
    expect(await bring(cleo, await asking.room(bob, 'secret', 'private'))).toBe(ErrorCode.NOT_FOUND);
    expect(await bring(bob, news)).toBeUndefined();
  });

  test('[ASSIST-2] it is invited nowhere, since it answers no invitation', async () => {
    const invite = { room: numbered(tea), user: named('helper') };
    expect(await asking.refused(dan, 'inviteMember', invite)).toBe(ErrorCode.PERMISSION_DENIED);
    expect(await world.store.rooms.invitations(helper.number)).toEqual([]);
    const secret = await asking.room(bob, 'secret', 'private');
    const hidden = { ...invite, room: numbered(secret) };
    expect(await asking.refused(dan, 'inviteMember', hidden)).toBe(ErrorCode.NOT_FOUND);
  });

  test('[ASSIST-2] moderators mute, kick and ban it like anybody', async () => {
    await bring(dan);
    expect(await treat(dan, { case: 'kick', value: {} })).toBe(ErrorCode.PERMISSION_DENIED);
    expect(await treat(cleo, { case: 'mute', value: {} })).toBeUndefined();
    const { sanctions } = await asking.ask(cleo, 'listSanctions', { room: numbered(tea) });
    expect(sanctions).toMatchObject([{ user: { name: 'helper', assistant: true }, muted: true }]);
    expect(await treat(cleo, { case: 'kick', value: {} })).toBeUndefined();
    expect(await inTea()).toBe(false);
    expect(await bring(dan)).toBeUndefined();
    expect(await treat(cleo, { case: 'ban', value: {} })).toBeUndefined();
    expect(await inTea()).toBe(false);
    expect(await bring(dan)).toBe(ErrorCode.BANNED);
    expect(await treat(cleo, { case: 'mute', value: {} }, LOBBY)).toBe(ErrorCode.PERMISSION_DENIED);
    expect(await treat(alice, { case: 'mute', value: {} }, LOBBY)).toBeUndefined();
  });

  test('[ASSIST-2] it is given any role but that of an owner', async () => {
    await bring(bob);
    for (const role of [Role.GUEST, Role.MODERATOR, Role.ADMIN])
      expect(await treat(bob, { case: 'role', value: role })).toBeUndefined();
    expect(await treat(bob, { case: 'role', value: Role.OWNER })).toBe(ErrorCode.PERMISSION_DENIED);
    expect(await membersOf(bob)).toContainEqual(['helper', true, Role.ADMIN]);
  });

  test('[ASSIST-2] [MEMBER-5] no room is left to it, whatever it is there and however long', async () => {
    const den = await asking.room(bob, 'den');
    await bring(bob, den);
    await treat(bob, { case: 'role', value: Role.ADMIN }, den);
    await asking.enter(bob, dan, den, Role.GUEST);
    await asking.ask(bob, 'leaveRoom', { room: numbered(den) });
    expect(await membersOf(dan, den)).toEqual([
      ['helper', true, Role.ADMIN],
      ['dan', false, Role.OWNER],
    ]);
    await asking.ask(dan, 'leaveRoom', { room: numbered(den) });
    expect(await membersOf(dan, den)).toEqual([['helper', true, Role.ADMIN]]);
  });

  test('[ASSIST-3] deleted by the operator, it leaves its rooms', async () => {
    await bring(bob);
    const { store, clock, random } = world;
    const admin = createAdmin({
      accounts: store.accounts,
      rooms: store.rooms,
      assistants: store.assistants,
      clock,
      random,
    });
    await admin.deleteAccount(helper, 'keep');
    await world.clock.advance(5_000);
    expect(await inTea()).toBe(false);
    expect((await roster()).some(([, assistant]) => assistant)).toBe(false);
    expect(await bring(bob)).toBe(ErrorCode.NOT_FOUND);
  });

  test('[ASSIST-2] in a direct room with it people write to it, and it is shown as what it is', async () => {
    const { outcomes } = await asking.ask(dan, 'sendDirect', {
      recipients: [named('helper')],
      clientMessageId: world.random.bytes(16),
      content: encodeContent({ case: 'plain', value: 'hello' }),
    });
    expect([Delivery.QUEUED, Delivery.DELIVERED]).toContain(outcomes[0]?.delivery ?? Delivery.REFUSED);
    const { users } = await asking.ask(dan, 'lookUpUsers', { users: [named('helper'), named('dan')] });
    expect(users.map((user) => user.assistant)).toEqual([true, false]);
  });
});

describe('what moderators say of assistants (I3)', () => {
  const change = (who: LoggedIn, settings: Wanted, room = tea) =>
    asking.ask(who, 'changeRoom', { room: numbered(room), settings });
  const refused = (who: LoggedIn, settings: Wanted, room = tea) =>
    asking.refused(who, 'changeRoom', { room: numbered(room), settings });
  const seen = async (who: LoggedIn, room = tea) => {
    const { settings } = await asking.ask(who, 'readRoom', { room: numbered(room) });
    return [settings?.assistants, settings?.assistantInstructions];
  };

  test('[ASSIST-5] at first they answer knowing what was said; moderators change that, members do not', async () => {
    expect(await seen(dan)).toEqual([AssistantAccess.ALLOWED, '']);
    const wanted = { assistants: AssistantAccess.NO_HISTORY };
    for (const one of [wanted, { assistantInstructions: 'x' }])
      expect(await refused(dan, one)).toBe(ErrorCode.PERMISSION_DENIED);
    expect(await refused(alice, wanted)).toBe(ErrorCode.PERMISSION_DENIED);
    const { settings } = await change(cleo, wanted);
    expect(settings).toMatchObject({ assistants: AssistantAccess.NO_HISTORY, assistantInstructions: '' });
    await change(cleo, { assistants: AssistantAccess.FORBIDDEN, assistantInstructions: 'in rhymes' });
    expect(await seen(dan)).toEqual([AssistantAccess.FORBIDDEN, 'in rhymes']);
    await change(cleo, { assistants: AssistantAccess.ALLOWED, assistantInstructions: '' });
    expect(await seen(dan)).toEqual([AssistantAccess.ALLOWED, '']);
  });

  test('[ASSIST-5] the room is told what changed; the audit log says that, not what is in the instructions', async () => {
    await asking.follow(dan, tea);
    const text = 'Answer in German.\nName your sources.';
    const wanted = { assistants: AssistantAccess.NO_HISTORY, assistantInstructions: ` ${text}\r\n` };
    await change(cleo, wanted);
    const event = dan.peer.eventsOf(roomStream(tea)).at(-1);
    expect(event).toMatchObject({ sender: cleo.number, role: Role.MODERATOR });
    const { value } = contentOf(event) as { value: object };
    expect(Object.entries(value).filter(([key]) => !key.startsWith('$'))).toEqual([
      ['assistants', AssistantAccess.NO_HISTORY],
      ['assistantInstructions', text],
    ]);
    const audit = async () => (await asking.ask(cleo, 'readAudit', { room: numbered(tea) })).entries;
    expect((await audit())[0]).toMatchObject({
      action: 'room.changed',
      detail: 'assistants noHistory, assistant instructions',
    });
    const heard = asking.heard(dan, tea).length;
    await change(cleo, wanted);
    await world.clock.advance(10);
    expect(asking.heard(dan, tea)).toHaveLength(heard);
  });

  test('[ASSIST-5] instructions are bounded, in any number of lines, and hold nothing that draws nothing', async () => {
    const longest = '👍'.repeat(ASSISTANT_INSTRUCTIONS_MAX_CHARACTERS);
    const lines = 'x\n'.repeat(ASSISTANT_INSTRUCTIONS_MAX_CHARACTERS / 2).trim();
    for (const assistantInstructions of [longest, lines]) {
      await change(cleo, { assistantInstructions });
      expect((await seen(dan))[1]).toBe(assistantInstructions);
    }
    const bad = [`${longest}x`, 'bell \u0007', 'over\u202Eride', 'tag \u{E0041}', 'tab\there', 'null \0'];
    for (const assistantInstructions of bad)
      expect([assistantInstructions, await refused(cleo, { assistantInstructions })]).toEqual([
        assistantInstructions,
        ErrorCode.ARGUMENT_INVALID,
      ]);
    for (const assistants of [AssistantAccess.UNSPECIFIED, 4 as AssistantAccess, -1 as AssistantAccess])
      expect(await refused(cleo, { assistants, topic: 'never' })).toBe(ErrorCode.ARGUMENT_INVALID);
    expect((await asking.ask(dan, 'readRoom', { room: numbered(tea) })).settings?.topic).toBe('');
  });

  test('[ASSIST-5] in the lobby those decide who stand above members there; in a direct room nobody', async () => {
    const wanted = { assistants: AssistantAccess.FORBIDDEN };
    expect(await refused(bob, wanted, LOBBY)).toBe(ErrorCode.PERMISSION_DENIED);
    expect(await refused(alice, wanted, LOBBY)).toBeUndefined();
    expect(await seen(bob, LOBBY)).toEqual([AssistantAccess.FORBIDDEN, '']);
    const { outcomes } = await asking.ask(dan, 'sendDirect', {
      recipients: [named('helper')],
      clientMessageId: world.random.bytes(16),
      content: encodeContent({ case: 'plain', value: 'hello' }),
    });
    const direct = (outcomes[0]?.accepted?.room ?? 0) as RoomNumber;
    expect(await seen(dan, direct)).toEqual([AssistantAccess.ALLOWED, '']);
    for (const one of [wanted, { assistantInstructions: 'x' }])
      expect(await refused(dan, one, direct)).toBe(ErrorCode.PERMISSION_DENIED);
  });

  test('[ASSIST-5] [ADJUST-5] an archived room keeps what was set', async () => {
    await change(bob, { assistants: AssistantAccess.NO_HISTORY });
    await change(bob, { archived: true });
    const wanted = { assistants: AssistantAccess.ALLOWED };
    expect(await refused(bob, wanted)).toBe(ErrorCode.ROOM_ARCHIVED);
    expect((await seen(dan))[0]).toBe(AssistantAccess.NO_HISTORY);
  });

  test('[ASSIST-5] what was set is stored', async () => {
    await change(cleo, { assistants: AssistantAccess.FORBIDDEN, assistantInstructions: 'a\nb' });
    expect((await world.store.rooms.room(tea))?.settings).toMatchObject({
      assistants: 'forbidden',
      assistantInstructions: 'a\nb',
    });
  });
});
