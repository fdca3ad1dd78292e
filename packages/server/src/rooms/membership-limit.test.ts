import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { create, toBinary } from '@bufbuild/protobuf';
import {
  DISPLAY_NAME_MAX_CHARACTERS,
  LOBBY,
  NAME_MAX_CHARACTERS,
  type RoomNumber,
  roomStream,
  SERVER_DEVICE,
  SERVER_SENDER,
  SUBSCRIPTIONS_MAX,
  UNREAD_MAX,
} from '@sotto/model';
import { BODY_MAX_BYTES, bodyOf, encode } from '@sotto/protocol';
import { ContentSchema, Delivery, ErrorCode, EventKind, Role, RoomKind } from '@sotto/schema';
import type { UserRecord } from '../accounts/store.ts';
import { makeAssistant } from '../assistants/accounts.ts';
import { encodeContent, newEvent } from '../events/content.ts';
import type { Append } from '../events/store.ts';
import { createWorld, type LoggedIn, refusal, type World } from '../testing/world.ts';

const LARGEST = 2 ** 32 - 1;
/** More than that happens in no room, let alone in all of somebody's: years of a flood. */
const LAST_SEQUENCE = 2 ** 28 - 1;

test('[ROOM-7] whoever is in as many rooms as may be can still log in: their list fits in a frame', () => {
  const name = '\u{10428}'.repeat(NAME_MAX_CHARACTERS);
  const rooms = Array.from({ length: SUBSCRIPTIONS_MAX }, () => ({
    room: { number: LARGEST, kind: RoomKind.PRIVATE, name },
    role: Role.MEMBER,
    delivered: LAST_SEQUENCE,
    read: LAST_SEQUENCE,
    head: LAST_SEQUENCE,
    firstKept: LAST_SEQUENCE,
    unread: UNREAD_MAX,
    mentions: UNREAD_MAX,
  }));
  const displayName = '\u{10428}'.repeat(DISPLAY_NAME_MAX_CHARACTERS);
  const uuid = crypto.randomUUID();
  const granted = encode(1, 'sessionGranted', 1, {
    sessionId: uuid,
    token: new Uint8Array(32),
    user: { number: LARGEST, uuid, name, displayName, owner: true, administrator: true },
    device: LARGEST,
    generation: LARGEST,
    confirmation: new Uint8Array(32),
    endpoints: Array.from({ length: 4 }, () => ({ transport: 'websocket', port: 65_535 })),
    logIncarnation: uuid,
    rooms,
  });
  expect(bodyOf(granted).length).toBeLessThanOrEqual(BODY_MAX_BYTES);
});

describe('[ROOM-7] an account in all rooms but one', () => {
  let world: World;
  let alice: LoggedIn;
  let bob: LoggedIn;

  beforeEach(async () => {
    world = await createWorld();
    [alice, bob] = [await world.user('alice'), await world.user('bob')];
    await fill(bob);
  });

  afterEach(async () => {
    await world.close();
    expect(world.errors).toEqual([]);
  });

  /** Makes `user` a member of rooms until, with the lobby, one more is allowed. */
  async function fill({ session: { user } }: { session: { user: UserRecord } }): Promise<void> {
    const content = encodeContent({ case: undefined });
    const batch = Array.from({ length: SUBSCRIPTIONS_MAX - 2 }, (_, index): Append => {
      const room = (1_000_000 * user.number + index) as RoomNumber;
      const head = { stream: roomStream(room), kind: EventKind.ROOM_CREATED, timeMs: 0 };
      const event = newEvent(
        { ...head, sender: SERVER_SENDER, device: SERVER_DEVICE },
        content,
        world.random,
      );
      const made = { room, roomKind: 'private' as const, name: `r${room}`, nameKey: `r${room}` };
      return {
        events: [event],
        changes: [
          { kind: 'roomCreated', ...made, directUsers: undefined, timeMs: 0 },
          { kind: 'memberSet', room, user: user.number, role: 'member', timeMs: 0 },
        ],
      };
    });
    await world.store.events.append(batch);
  }

  const rooms = async () => (await world.store.rooms.memberships(bob.session.user.number)).length;

  test('enters one more, however many it enters at once', async () => {
    const names = Array.from({ length: 6 }, (_, index) => `more-${index}`);
    for (const name of names.slice(3))
      await world.run(alice.peer.request('createRoom', { name, private: true }));
    const named = (value: string) => ({ reference: { case: 'name' as const, value } });
    const entering = [
      ...names.slice(0, 3).map((name) => bob.peer.request('createRoom', { name })),
      ...names
        .slice(3)
        .map((name) => alice.peer.request('addMember', { room: named(name), user: named('bob') })),
    ];
    const outcomes = await world.run(Promise.all(entering.map((task) => refusal(task))));
    expect(outcomes.filter((code) => code === undefined)).toHaveLength(1);
    expect(outcomes.filter((code) => code === ErrorCode.LIMIT_REACHED)).toHaveLength(5);
    expect(await rooms()).toBe(SUBSCRIPTIONS_MAX);
  });

  test('[ASSIST-2] I1: an assistant in as many rooms as anybody may be is added to more, and written to', async () => {
    const { store, clock, random } = world;
    const helper = await makeAssistant({ assistants: store.assistants, clock, random }, 'helper');
    await fill({ session: { user: helper } });
    const named = (value: string) => ({ reference: { case: 'name' as const, value } });
    for (const name of ['more-1', 'more-2']) {
      await world.run(alice.peer.request('createRoom', { name, private: true }));
      await world.run(alice.peer.request('addMember', { room: named(name), user: named('helper') }));
    }
    const { outcomes } = await world.run(
      alice.peer.request('sendDirect', {
        recipients: [named('helper')],
        clientMessageId: random.bytes(16),
        content: toBinary(ContentSchema, create(ContentSchema, { content: { case: 'plain', value: 'hi' } })),
      }),
    );
    expect(outcomes[0]?.delivery).not.toBe(Delivery.REFUSED);
    expect(await store.rooms.memberships(helper.number)).toHaveLength(SUBSCRIPTIONS_MAX + 2);
  });

  test('direct messages of people it does not know count as well, and are refused as such', async () => {
    const cam = await world.user('cam');
    const message = () => ({
      recipients: [{ reference: { case: 'name' as const, value: 'bob' } }],
      clientMessageId: world.random.bytes(16),
      content: toBinary(ContentSchema, create(ContentSchema, { content: { case: 'plain', value: 'hi' } })),
    });
    const [first, second] = await world.run(
      Promise.all([alice, cam].map(({ peer }) => peer.request('sendDirect', message()))),
    );
    expect(first?.outcomes[0]?.delivery).toBe(Delivery.DELIVERED);
    expect(second?.outcomes[0]).toMatchObject({
      delivery: Delivery.REFUSED,
      error: ErrorCode.LIMIT_REACHED,
    });
    expect(await rooms()).toBe(SUBSCRIPTIONS_MAX);
    expect((await world.device(bob)).granted.rooms[0]?.room?.number).toBe(LOBBY);
  });
});
