import { describe, expect, test } from 'bun:test';
import { LOBBY, type Sequence } from '@sotto/model';
import { decodeMessage, SottoError } from '@sotto/protocol';
import { ContentSchema, ErrorCode, EventKind, Role, RoomKind } from '@sotto/schema';
import { pageOf } from '../testing/fake-history.ts';
import { ALICE, BOB, LOBBY_STREAM } from '../testing/fake-server.ts';
import { createWorld, follow, onlineClient, within } from '../testing/harness.ts';

const at = (sequence: number): Sequence => sequence as Sequence;
const CAM = 3;

async function talking() {
  const world = await createWorld();
  const client = await onlineClient(world);
  const seen = follow(client);
  await world.time.settle();
  return { ...world, client, seen };
}

describe('messages that change (M9)', () => {
  test('[REPEAT-1] M9: each change is one request with an id of its own', async () => {
    const { server, client, time } = await talking();
    server.answer('changeMessage', ({ room, sequence }) => ({ room, sequence, duplicate: true }));
    const changes = [
      client.edit('lobby', at(1), 'better'),
      client.delete('lobby', at(2)),
      client.react('lobby', at(3), '👍'),
      client.unreact('lobby', at(4), '👍'),
      client.pin('lobby', at(5)),
      client.unpin('lobby', at(6)),
    ];
    await within(time, Promise.all(changes));
    const asked = server.named('changeMessage');
    expect(asked.map(({ change }) => change.case)).toEqual([
      'edit',
      'delete',
      'addReaction',
      'removeReaction',
      'pin',
      'pin',
    ]);
    expect(asked.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(new Set(asked.map(({ clientMessageId }) => clientMessageId.toHex())).size).toBe(6);
    const [edit] = asked;
    if (edit?.change.case !== 'edit') throw new Error('no edit');
    const { content } = decodeMessage(ContentSchema, edit.change.value, 'content');
    expect(content).toMatchObject({ case: 'plain', value: 'better' });
    await client.close();
  });

  test('[REPEAT-1] M9: an answer that is lost with its connection: the same request is made again', async () => {
    const { server, client, time } = await talking();
    server.answer('changeMessage', ({ room, sequence }) => ({ room, sequence }));
    server.trouble = ({ name }) => (name === 'changeMessage' ? 'silence' : undefined);
    const reacted = client.react('lobby', at(1), '👍');
    await time.until(() => server.named('changeMessage').length === 1);
    server.trouble = () => undefined;
    server.last.cut();
    await within(time, reacted);
    const [first, second] = server.named('changeMessage');
    expect(second).toEqual(first as NonNullable<typeof first>);
    await client.close();
  });

  test('[REPEAT-1] M9: what the server refuses is told, and what is no text is not asked', async () => {
    const { server, client, time } = await talking();
    server.trouble = ({ name }) =>
      name === 'changeMessage' ? new SottoError(ErrorCode.MESSAGE_GONE) : undefined;
    await expect(within(time, client.delete('lobby', at(1)))).rejects.toMatchObject({
      code: ErrorCode.MESSAGE_GONE,
    });
    await expect(client.edit('lobby', at(1), '')).rejects.toMatchObject({ code: ErrorCode.CONTENT_INVALID });
    await expect(client.pin('nowhere', at(1))).rejects.toMatchObject({ code: ErrorCode.NOT_FOUND });
    expect(server.named('changeMessage')).toHaveLength(1);
    await client.close();
  });

  test('[SYNC-3] M9: events say who, what and about which message, with names', async () => {
    const { server, client, time, seen } = await talking();
    server.say(LOBBY, 'hi @alice', CAM, { relatesTo: 0, thread: 0, role: Role.GUEST });
    const about = { relatesTo: 1 };
    server.happen(LOBBY, EventKind.MESSAGE_EDITED, CAM, { case: 'plain', value: 'no' }, about);
    server.happen(LOBBY, EventKind.REACTION_ADDED, BOB, { case: 'reaction', value: '👍' }, about);
    server.happen(LOBBY, EventKind.REACTION_REMOVED, BOB, { case: 'reaction', value: '👍' }, about);
    server.happen(LOBBY, EventKind.MESSAGE_PINNED, BOB, undefined, about);
    server.happen(LOBBY, EventKind.MESSAGE_UNPINNED, BOB, undefined, about);
    server.happen(LOBBY, EventKind.MESSAGE_DELETED, CAM, undefined, about);
    server.say(LOBBY, 'all: @room', BOB, { relatesTo: 1, thread: 1, role: Role.MODERATOR });
    server.say(LOBBY, '@room', BOB, { role: Role.MEMBER });
    await time.until(() => seen.texts.length === 3);
    const told = seen.events.filter((event) => 'sequence' in event || event.kind === 'message');
    const deed = { target: at(1), room: { name: 'lobby' } };
    expect(told).toMatchObject([
      { message: { mentionsMe: true, role: 'guest', sender: { name: 'person3', displayName: 'person3' } } },
      { kind: 'messageEdited', ...deed, text: 'no', by: { name: 'person3' }, mentionsMe: false },
      { kind: 'reactionAdded', ...deed, emoji: '👍', by: { name: 'bob' } },
      { kind: 'reactionRemoved', ...deed, emoji: '👍' },
      { kind: 'messagePinned', ...deed },
      { kind: 'messageUnpinned', ...deed },
      { kind: 'messageDeleted', ...deed },
      { message: { mentionsMe: true, replyTo: at(1), thread: at(1), role: 'moderator' } },
      { message: { mentionsMe: false, replyTo: undefined, thread: undefined } },
    ]);
    await client.close();
  });

  test('[SYNC-3] M10: what is done to members is told with reasons, ends and names', async () => {
    const { server, client, time, seen } = await talking();
    const member = (kind: EventKind, more = {}) =>
      server.happen(LOBBY, kind, BOB, { case: 'member', value: { user: CAM, reason: 'why', ...more } });
    member(EventKind.MEMBER_KICKED);
    member(EventKind.MEMBER_BANNED, { untilMs: 5_000 });
    member(EventKind.MEMBER_UNBANNED);
    member(EventKind.MEMBER_MUTED, { untilMs: 0 });
    member(EventKind.MEMBER_UNMUTED);
    member(EventKind.MEMBER_ROLE_CHANGED, { role: Role.ADMIN });
    await time.until(() => seen.kinds.includes('memberRoleChanged'));
    const who = { member: { name: 'person3' }, by: { name: 'bob' } };
    expect(seen.events.filter((event) => 'member' in event)).toMatchObject([
      { kind: 'memberKicked', ...who, reason: 'why' },
      { kind: 'memberBanned', ...who, reason: 'why', until: new Date(5_000) },
      { kind: 'memberUnbanned', ...who },
      { kind: 'memberMuted', ...who, until: undefined },
      { kind: 'memberUnmuted', ...who },
      { kind: 'memberRoleChanged', ...who, role: 'admin' },
    ]);
    await client.close();
  });

  test('[SYNC-7] M10: a room is called what the last event says, and roles are what they have become', async () => {
    const world = await createWorld();
    const { server, time } = world;
    const room = server.addRoom(5, RoomKind.PUBLIC, 'tea');
    const rename = (name: string) =>
      server.happen(room, EventKind.ROOM_CHANGED, BOB, { case: 'settings', value: { name } });
    const promote = (role: Role) =>
      server.happen(room, EventKind.MEMBER_ROLE_CHANGED, BOB, {
        case: 'member',
        value: { user: ALICE, role },
      });
    rename('old');
    promote(Role.OWNER);
    const client = await onlineClient(world);
    const seen = follow(client);
    await time.until(() => seen.kinds.includes('memberRoleChanged'));
    expect(client.rooms[1]).toMatchObject({ name: 'tea', role: 'member' });
    expect(client.can('tea', 'kick')).toBe(false);
    rename('coffee');
    promote(Role.MODERATOR);
    await time.until(() => client.rooms[1]?.role === 'moderator');
    expect(client.can('coffee', 'kick')).toBe(true);
    expect(client.can('#coffee', 'archive')).toBe(false);
    await client.close();
  });

  test('[SYNC-7] an event of a kind from later on disturbs nothing', async () => {
    const { server, client, time, seen } = await talking();
    server.happen(LOBBY, 200 as EventKind, BOB, { case: 'sealed', value: new Uint8Array(9) });
    server.happen(LOBBY, EventKind.ROOM_CHANGED, BOB, undefined);
    server.happen(LOBBY, EventKind.MEMBER_MUTED, BOB, { case: 'plain', value: 'what' });
    server.note(201 as EventKind, { case: 'plain', value: 'x' });
    server.say(LOBBY, 'after');
    await time.until(() => seen.texts.length === 1);
    await time.pass(1_000);
    const told = server.named('acknowledge').flatMap(({ progress }) => progress);
    const delivered = told.filter(({ stream }) => stream === LOBBY_STREAM).map((each) => each.delivered);
    expect(delivered.at(-1)).toBe(4);
    await client.close();
  });
});

describe('reading (M9)', () => {
  test('M9: history goes both ways and around; a page tells what is on both sides of it', async () => {
    const { server, client, time } = await talking();
    for (let index = 1; index <= 450; index += 1) server.say(LOBBY, `m${index}`);
    const texts = async (options: object) =>
      (await within(time, client.history('lobby', options))).flatMap((event) =>
        event.kind === 'message' ? [event.message.text] : [],
      );
    expect(await texts({ limit: 2 })).toEqual(['m449', 'm450']);
    expect(await texts({ before: at(3) })).toEqual(['m1', 'm2']);
    expect(await texts({ after: at(448) })).toEqual(['m449', 'm450']);
    expect((await texts({ after: at(0), limit: 300 })).length).toBe(300);
    expect(await texts({ around: at(10), limit: 4 })).toEqual(['m8', 'm9', 'm10', 'm11']);
    const page = await within(time, client.messages('lobby', { around: at(10), limit: 4 }));
    expect(page).toMatchObject({ first: at(8), last: at(11), hasBefore: true, hasAfter: true });
    const both = client.messages('lobby', { before: at(3), after: at(1) });
    await expect(both).rejects.toMatchObject({ code: ErrorCode.ARGUMENT_INVALID });
    await client.close();
  });

  test('M9: a page of many rooms has each message in its room, as it is now; the next one by its cursor', async () => {
    const { server, client, time } = await talking();
    server.say(LOBBY, 'tea @alice', CAM);
    server.happen(LOBBY, EventKind.MESSAGE_EDITED, CAM, { case: 'plain', value: 'coffee' }, { relatesTo: 1 });
    const { events = [], states = [] } = pageOf(
      server,
      LOBBY_STREAM,
      server.events(LOBBY_STREAM).slice(0, 1),
    );
    server.answer('searchMessages', () => ({
      events,
      states: states.map((state) => ({ stream: LOBBY_STREAM, state })),
      cursor: Uint8Array.of(250, 251),
    }));
    server.answer('readMentions', () => ({ events: [] }));
    const options = { rooms: ['lobby'], from: ['bob', BOB], since: new Date(5), hasLink: true };
    const found = await within(time, client.search('cof', options));
    expect(found.messages).toMatchObject([{ text: 'coffee', room: { name: 'lobby' }, edited: { times: 1 } }]);
    await within(time, client.search('cof', { cursor: found.next ?? '' }));
    const [first, second] = server.named('searchMessages');
    expect(first).toMatchObject({ rooms: [LOBBY], sinceMs: 5, untilMs: 0, hasLink: true, hasFile: false });
    expect(second?.cursor).toEqual(Uint8Array.of(250, 251));
    expect(await within(time, client.mentions())).toEqual({ messages: [], next: undefined });
    await expect(client.search('x', { cursor: '\u2603' })).rejects.toMatchObject({
      code: ErrorCode.ARGUMENT_INVALID,
    });
    await client.close();
  });
});
