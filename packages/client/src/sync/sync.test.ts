import { describe, expect, test } from 'bun:test';
import { LOBBY, roomStream } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode, EventKind, RoomKind } from '@sotto/schema';
import { EVENTS_HELD_MAX } from '../events/hub.ts';
import { BOB, LOBBY_STREAM } from '../testing/fake-server.ts';
import { createWorld, follow, mortalClient, onlineClient } from '../testing/harness.ts';

describe('following streams (M6)', () => {
  test('[SYNC-1] an event that comes twice is handed over once; a gap is filled from the log', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const seen = follow(client);
    const first = world.server.say(LOBBY, 'one');
    world.server.last.push(first);
    await world.time.until(() => seen.texts.length === 1);
    // What is appended while the cursor is away is not pushed; the event after it is.
    world.server.last.cursors.delete(LOBBY_STREAM);
    world.server.say(LOBBY, 'two');
    world.server.last.push(world.server.say(LOBBY, 'three'));
    await world.time.until(() => seen.texts.length === 3);
    expect(seen.texts).toEqual(['one', 'two', 'three']);
    await client.close();
  });

  test('[SYNC-2] a device without a cursor starts where the account is; one with a cursor where it was', async () => {
    const world = await createWorld();
    for (const text of ['1', '2', '3']) world.server.say(LOBBY, text);
    world.server.delivered.set(LOBBY, 2);
    const first = await onlineClient(world);
    const seen = follow(first);
    await world.time.until(() => seen.texts.length === 1);
    expect(seen.texts).toEqual(['3']);
    await world.time.pass(1_000);
    await first.close();
    world.server.say(LOBBY, '4');
    world.server.delivered.set(LOBBY, 4);
    const second = await onlineClient(world);
    const seenAgain = follow(second);
    await world.time.until(() => seenAgain.texts.length === 1);
    expect(seenAgain.texts).toEqual(['4']);
    await second.close();
  });

  test('[SYNC-4] nothing is acknowledged before a caller took it and the cursor is stored', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    world.server.say(LOBBY, 'one');
    await world.time.pass(5_000);
    expect(world.server.delivered.get(LOBBY)).toBeUndefined();
    const seen = follow(client);
    await world.time.until(() => seen.texts.length === 1);
    world.server.say(LOBBY, 'two');
    world.server.say(LOBBY, 'three');
    await world.time.pass(1_000);
    expect(world.server.delivered.get(LOBBY)).toBe(3);
    expect(world.server.named('acknowledge').length).toBeLessThanOrEqual(2);
    expect((await world.store.load()).cursors.get(LOBBY_STREAM)).toBe(3 as never);
    await client.close();
  });

  test('[SYNC-4] what a program had not taken when it died is handed over again', async () => {
    const world = await createWorld();
    const { client, kill } = await mortalClient(world);
    for (const text of ['1', '2', '3']) world.server.say(LOBBY, text);
    await world.time.settle();
    const iterator = client.events()[Symbol.asyncIterator]();
    const texts: unknown[] = [];
    while (texts.length < 2) {
      const { value } = await iterator.next();
      if (value?.kind === 'message') texts.push(value.message.text);
    }
    await world.time.pass(1_000);
    kill();
    const returned = await onlineClient(world);
    const seen = follow(returned);
    await world.time.until(() => seen.texts.length === 2);
    expect(seen.texts).toEqual(['2', '3']);
    await returned.close();
  });

  test('[SYNC-3] events wait, in order, for the names of their senders', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const seen = follow(client);
    let asked = 0;
    world.server.trouble = ({ name }) =>
      name === 'lookUpUsers' && asked++ === 0 ? new SottoError(ErrorCode.RATE_LIMITED, '', 500) : undefined;
    world.server.say(LOBBY, 'from a stranger', 77);
    world.server.say(LOBBY, 'from alice', 1);
    await world.time.pass(100);
    expect(seen.texts).toEqual([]);
    await world.time.until(() => seen.texts.length === 2);
    expect(seen.texts).toEqual(['from a stranger', 'from alice']);
    const names = seen.events.flatMap((event) =>
      event.kind === 'message' ? [event.message.sender.name] : [],
    );
    expect(names).toEqual(['person77', 'alice']);
    await client.close();
  });

  test('[SYNC-6] another log: cursors are dropped, callers are told, reading begins anew', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const seen = follow(client);
    for (const text of ['1', '2', '3']) world.server.say(LOBBY, text);
    await world.time.until(() => seen.texts.length === 3);
    await world.time.pass(1_000);
    world.server.crash();
    world.server.log = 'log-2';
    world.server.events(LOBBY_STREAM).length = 1;
    world.server.delivered.set(LOBBY, 1);
    world.server.say(LOBBY, 'new 2');
    world.server.up = true;
    await world.time.until(() => seen.texts.length === 4);
    expect(seen.kinds).toContain('logReplaced');
    expect(seen.texts.at(-1)).toBe('new 2');
    await world.time.pass(1_000);
    expect(await world.store.load()).toMatchObject({ logIncarnation: 'log-2' });
    await client.close();
  });

  test('[SYNC-1] what the server keeps no more is passed over', async () => {
    const world = await createWorld();
    for (const text of ['1', '2', '3']) world.server.say(LOBBY, text);
    world.server.firstKept.set(LOBBY, 3);
    const client = await onlineClient(world);
    const seen = follow(client);
    await world.time.until(() => seen.texts.length === 1);
    expect(seen.texts).toEqual(['3']);
    await client.close();
  });

  test('[SYNC-5] a room entered elsewhere is followed; one that was left is not', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const seen = follow(client);
    const direct = world.server.addRoom(5, RoomKind.DIRECT, '', [1, BOB]);
    const description = world.server.rooms.get(direct);
    if (description === undefined) throw new Error('no room');
    world.server.tell(EventKind.ROOM_ENTERED, description);
    world.server.say(direct, 'hello alice');
    await world.time.until(() => seen.texts.length === 1);
    expect(client.rooms.at(-1)).toMatchObject({ kind: 'direct', name: 'bob', peer: { name: 'bob' } });
    expect(seen.kinds).toContain('roomEntered');
    world.server.rooms.delete(direct);
    world.server.tell(EventKind.ROOM_EXITED, description);
    await world.time.until(() => seen.kinds.includes('roomExited'));
    expect(client.rooms.map(({ name }) => name)).toEqual(['lobby']);
    await world.time.pass(1_000);
    expect((await world.store.load()).cursors.has(roomStream(direct))).toBe(false);
    await client.close();
  });

  test('[SYNC-5] an old word of the inbox about a room that was left long ago is not acted on', async () => {
    const world = await createWorld();
    const room = world.server.addRoom(6, RoomKind.PUBLIC, 'old');
    const description = world.server.rooms.get(room);
    if (description === undefined) throw new Error('no room');
    world.server.tell(EventKind.ROOM_ENTERED, description);
    world.server.tell(EventKind.ROOM_EXITED, description);
    world.server.rooms.delete(room);
    const client = await onlineClient(world);
    await world.time.pass(1_000);
    expect(world.server.named('readMembership')).toEqual([]);
    await client.close();
  });

  test('[ROOM-5] [SYNC-5] a room left on another device before we ask is not joined again', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const seen = follow(client);
    await world.time.settle();
    world.server.tell(EventKind.ROOM_ENTERED, {
      number: 8,
      kind: RoomKind.PUBLIC,
      name: 'gone',
      directUsers: [],
    });
    await world.time.until(() => world.server.named('readMembership').length === 1);
    await world.time.pass(5_000);
    expect(world.server.named('readMembership')).toHaveLength(1);
    expect(world.server.named('joinRoom')).toEqual([]);
    expect(seen.kinds).not.toContain('roomEntered');
    expect(client.rooms.map(({ name }) => name)).toEqual(['lobby']);
    await client.close();
  });

  test('[SYNC-5] a room entered while away is announced at the next login', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const seen = follow(client);
    await world.time.settle();
    world.server.crash();
    world.server.addRoom(7, RoomKind.PUBLIC, 'news');
    world.server.up = true;
    await world.time.until(() => seen.kinds.includes('roomEntered'));
    expect(client.rooms.map(({ name }) => name)).toEqual(['lobby', 'news']);
    await client.close();
  });

  test('[EVENTS-2] a consumer that does not read stops the reading, not the client; later it misses nothing', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const iterator = client.events()[Symbol.asyncIterator]();
    const texts = Array.from({ length: 3 * EVENTS_HELD_MAX }, (_, index) => `${index}`);
    for (const text of texts) world.server.say(LOBBY, text);
    await world.time.pass(1_000);
    expect(world.server.named('unsubscribe').length).toBe(1);
    const got: unknown[] = [];
    const read = async () => {
      while (got.length < texts.length) {
        const { value } = await iterator.next();
        if (value?.kind === 'message') got.push(value.message.text);
      }
    };
    const done = read();
    await world.time.until(() => got.length === texts.length);
    await done;
    expect(got).toEqual(texts);
    await client.close();
  });
});
