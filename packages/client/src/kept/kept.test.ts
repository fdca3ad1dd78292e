import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { LOBBY, type RoomNumber, roomStream, type Sequence } from '@sotto/model';
import { EventKind, Role, RoomKind } from '@sotto/schema';
import type { MemoryStore } from '../stores/memory.ts';
import { ALICE, BOB, LOBBY_STREAM } from '../testing/fake-server.ts';
import { createWorld, follow, onlineClient, startClient, type World, within } from '../testing/harness.ts';
import type { SottoClient, Timeline } from '../types.ts';
import { HeldRoom } from './held-room.ts';
import { KEPT_ROOMS_MAX } from './kept.ts';
import { PAGE_BYTES_MAX, PAGE_EVENTS_MAX } from './room-page.ts';

setDefaultTimeout(30_000);
const texts = (timeline: Timeline) => timeline.messages.map(({ text }) => text);
const names = (client: SottoClient) => client.rooms.map(({ name }) => name);

async function keeping(): Promise<World> {
  const world: World = { ...(await createWorld()), keepRecent: true };
  return world;
}

/** A run of the program that opens these rooms, lets something happen, and ends. */
async function run(world: World, during: (client: SottoClient) => unknown = () => {}): Promise<void> {
  const client = await onlineClient(world);
  await during(client);
  await world.time.settle();
  await within(world.time, client.close());
}

const open =
  (world: World, room: RoomNumber = LOBBY) =>
  async (client: SottoClient) => {
    const timeline = client.timeline(room);
    await within(world.time, timeline.loadLatest());
  };

/** The next run, which does not reach the server. */
async function away(world: World): Promise<SottoClient> {
  world.server.up = false;
  const client = await startClient(world);
  client.resume().catch(() => {});
  await world.time.settle();
  return client;
}

async function back({ server, time }: World, client: SottoClient): Promise<void> {
  server.up = true;
  await time.until(() => client.status.kind === 'online');
  await time.settle();
}

describe('what is kept on this device (C1, T17)', () => {
  test('[KEPT-1] C1: rooms, counts, names and drafts are there before the server is', async () => {
    const world = await keeping();
    const { server, time } = world;
    const tea = server.addRoom(5, RoomKind.PUBLIC, 'tea');
    server.addRoom(6, RoomKind.DIRECT, '', [ALICE, BOB]);
    server.say(tea, 'one');
    server.standing = (room) => (room === tea ? { read: 0, unread: 1, mentions: 1, role: Role.ADMIN } : {});
    server.answer('setSetting', () => ({}));
    await run(world);
    const client = await away(world);
    expect(client.rooms).toMatchObject([
      { name: 'lobby', kind: 'lobby' },
      { name: 'tea', unread: 1, mentions: 1, role: 'admin', head: 1 as Sequence },
      { name: 'bob', kind: 'direct', peer: { number: BOB, name: 'bob' } },
    ]);
    client.account.settings.drafts.set('tea', 'half a thought');
    await time.pass(3_000);
    await within(time, client.close());
    const later = await away(world);
    expect(later.snapshots.drafts.get()).toMatchObject([{ room: tea, text: 'half a thought' }]);
    await back(world, later);
    await time.until(() => server.named('setSetting').length > 0);
    expect(server.named('setSetting')[0]?.setting?.setting.value).toMatchObject({ text: 'half a thought' });
    await later.close();
  });

  test('[KEPT-1] [SETTINGS-2] C1: a run that breaks off once a draft was told brings no older one back', async () => {
    const world = await keeping();
    const { server, time } = world;
    server.answer('setSetting', () => ({}));
    const broken = await onlineClient(world);
    // All that came with the login is written, so that the next page is written at once and the one behind it later.
    await time.pass(5_000);
    broken.account.settings.drafts.set('lobby', 'half');
    await time.pass(500);
    broken.account.settings.drafts.set('lobby', 'half a thought');
    await time.until(() => server.named('setSetting').length > 0);
    const later = await startClient(world);
    expect(later.snapshots.drafts.get()).toMatchObject([{ room: LOBBY, text: 'half a thought' }]);
    await later.close();
    await broken.close();
  });

  test('[KEPT-1] M6: what is sent to a room by its name, before the server is there, goes to that room', async () => {
    const world = await keeping();
    const tea = world.server.addRoom(5, RoomKind.PUBLIC, 'tea');
    await run(world);
    const client = await away(world);
    const sent = client.send('tea', 'written offline');
    // It may have come meanwhile: the server says which rooms there are.
    const other = client.send('milk', 'to a new one');
    await world.time.settle();
    expect(client.outbox.entries).toHaveLength(1);
    const milk = world.server.addRoom(7, RoomKind.PUBLIC, 'milk');
    await back(world, client);
    expect(await within(world.time, sent)).toMatchObject({ room: tea });
    expect(await within(world.time, other)).toMatchObject({ room: milk });
    await client.close();
  });

  test('[KEPT-3] C1: the last messages are shown at once, and what the server tells takes their place', async () => {
    const world = await keeping();
    const { server, time } = world;
    for (let index = 1; index <= 5; index += 1) server.say(LOBBY, `m${index}`);
    await run(world, open(world));
    const client = await away(world);
    const timeline = client.timeline('lobby');
    expect([timeline.isKept, timeline.hasAfter, timeline.hasBefore]).toEqual([true, false, false]);
    expect(texts(timeline)).toEqual(['m1', 'm2', 'm3', 'm4', 'm5']);
    expect(timeline.messages[0]).toMatchObject({ sender: { name: 'bob' } });
    const { items } = timeline;
    const about = (kind: EventKind, target: number, text?: string) =>
      server.happen(LOBBY, kind, BOB, text === undefined ? undefined : { case: 'plain', value: text }, {
        relatesTo: target,
      });
    about(EventKind.MESSAGE_DELETED, 2);
    about(EventKind.MESSAGE_EDITED, 3, 'changed');
    server.say(LOBBY, 'meanwhile');
    expect(texts(timeline)).toEqual(['m1', 'm2', 'm3', 'm4', 'm5']);
    await back(world, client);
    server.say(LOBBY, 'live');
    await within(time, timeline.loadLatest());
    expect(timeline.isKept).toBe(false);
    expect(texts(timeline)).toEqual(['m1', undefined, 'changed', 'm4', 'm5', 'meanwhile', 'live']);
    expect(timeline.items.slice(0, 5).map(({ key }) => key)).toEqual(items.map(({ key }) => key));
    // What says the same need not be drawn again.
    expect([0, 1, 2, 3, 4].filter((at) => timeline.items[at] === items[at])).toEqual([0, 3, 4]);
    await client.close();
  });

  test('[KEPT-4] M10: a room that one was put out of meanwhile is gone, and so is all that was kept of it', async () => {
    const world = await keeping();
    const { server, store, time } = world;
    const tea = server.addRoom(5, RoomKind.PRIVATE, 'tea');
    server.say(tea, 'a secret');
    await run(world, open(world, tea));
    const client = await away(world);
    const { events } = follow(client);
    const timeline = client.timeline('tea');
    expect(texts(timeline)).toEqual(['a secret']);
    server.rooms.delete(tea);
    await back(world, client);
    expect([names(client), texts(timeline)]).toEqual([['lobby'], []]);
    expect(events).toContainEqual(expect.objectContaining({ kind: 'roomExited' }));
    await time.pass(3_000);
    expect([...(await store.loadKept()).keys()].sort()).not.toContain('room-5');
    await client.close();
  });

  test('[KEPT-4] M9: what the server keeps no more is not kept here either; of what is deleted no word is', async () => {
    const world = await keeping();
    const { server, store, time } = world;
    for (const text of ['old', 'a secret', 'third']) server.say(LOBBY, text);
    await run(world, open(world));
    server.firstKept.set(LOBBY, 2);
    await run(world, async () => {
      server.happen(LOBBY, EventKind.MESSAGE_DELETED, BOB, undefined, { relatesTo: 2 });
      await time.settle();
    });
    const kept = [...(await store.loadKept()).values()].map((bytes) => Buffer.from(bytes).toString('latin1'));
    expect(kept.filter((page) => page.includes('third'))).toHaveLength(1);
    expect(kept.filter((page) => page.includes('secret') || page.includes('old'))).toEqual([]);
    const client = await away(world);
    expect(client.timeline('lobby').messages).toMatchObject([
      { deleted: {}, text: undefined },
      { text: 'third' },
    ]);
    await client.close();
  });

  test('[KEPT-4] C1: ends of rooms that nobody opened are read quietly, and again where something is missing', async () => {
    const world = await keeping();
    const { server, time } = world;
    for (let number = 5; number < 10; number += 1) {
      server.addRoom(number, RoomKind.PUBLIC, `room${number}`);
      server.say(number, `in ${number}`);
    }
    const client = await onlineClient(world);
    expect(server.named('readHistory')).toHaveLength(0);
    await time.pass(10_000);
    expect(server.named('readHistory').map(({ stream }) => stream)).toEqual([4, 20, 24, 28, 32, 36]);
    server.last.cut();
    await time.until(() => client.status.kind === 'online');
    await time.pass(10_000);
    expect(server.named('readHistory')).toHaveLength(6);
    await within(time, client.close());
    // A run that keeps nothing takes what is said, so the next one misses it.
    const elsewhere = await onlineClient({ ...world, store: unkept(world) });
    follow(elsewhere);
    server.say(7, 'unseen');
    await time.pass(1_000);
    await within(time, elsewhere.close());
    const third = await onlineClient(world);
    await time.pass(10_000);
    expect(
      server
        .named('readHistory')
        .map(({ stream }) => stream)
        .slice(6),
    ).toEqual([28]);
    expect(texts(third.timeline(7 as RoomNumber))).toEqual(['in 7', 'unseen']);
    await third.close();
  });

  test('[KEPT-5] A5: a session that was ended elsewhere leaves nothing; nor does another account, or another log', async () => {
    for (const end of ['revoked', 'log', 'account', 'off'] as const) {
      const world = await keeping();
      const { server, store, time } = world;
      server.say(LOBBY, 'hello');
      await run(world, open(world));
      expect((await store.loadKept()).size).toBe(5);
      if (end === 'revoked') [server.token, server.previousToken] = ['another', 'another'];
      if (end === 'log') server.log = 'log-2';
      if (end === 'account') {
        const { session } = await store.load();
        if (session !== undefined) await store.saveSession({ ...session, userNumber: BOB });
      }
      const client = await startClient({ ...world, keepRecent: end !== 'off' });
      expect((await store.loadKept()).size).toBe(5);
      if (end === 'account' || end === 'off') expect(client.rooms).toEqual([]);
      await within(time, client.resume());
      await time.settle();
      if (end === 'log') expect(client.timeline('lobby').messages).toEqual([]);
      await within(time, client.close());
      const left = await store.loadKept();
      expect(left.get('room-1')).toBeUndefined();
      if (end !== 'log') expect(left.size).toBe(end === 'account' ? left.size : 0);
    }
  });

  test('[KEPT-5] C1: turned off, nothing is kept; turned on again, it is', async () => {
    const world = await keeping();
    const { server, store, time } = world;
    server.say(LOBBY, 'hello');
    const client = await onlineClient(world);
    await open(world)(client);
    await time.pass(3_000);
    await client.keepRecent(false);
    expect((await store.loadKept()).size).toBe(0);
    server.say(LOBBY, 'more');
    await time.pass(10_000);
    expect([(await store.loadKept()).size, client.keepsRecent]).toEqual([0, false]);
    await client.keepRecent(true);
    await open(world)(client);
    await time.pass(3_000);
    expect([...(await store.loadKept()).keys()].sort()).toEqual([
      'drafts',
      'people',
      'room-1',
      'rooms',
      'settings',
    ]);
    await client.close();
  });

  test('[KEPT-5] T7: pages that are damaged, of another version or nonsense are not there, and the rest is', async () => {
    const world = await keeping();
    const { server, store } = world;
    server.addRoom(5, RoomKind.PUBLIC, 'tea');
    for (const room of [LOBBY, 5 as RoomNumber]) server.say(room, `in ${room}`);
    await run(world, async (client) => {
      await open(world)(client);
      await open(world, 5 as RoomNumber)(client);
    });
    const pages = await store.loadKept();
    const damaged = (change: (bytes: Uint8Array) => Uint8Array) =>
      new Map([['room-5', change(Uint8Array.from(pages.get('room-5') ?? []))]]);
    const changes = [
      (bytes: Uint8Array) => bytes.with(0, 9),
      (bytes: Uint8Array) => bytes.with(bytes.length - 2, 1),
      (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 1),
      () => new Uint8Array(0),
    ];
    for (const change of changes) {
      await store.saveKept(server.log, damaged(change));
      const client = await away(world);
      expect(texts(client.timeline(LOBBY))).toEqual(['in 1']);
      expect(client.timeline(5 as RoomNumber).messages).toEqual([]);
      await client.close();
    }
    await store.saveKept(server.log, new Map([['rooms', Uint8Array.of(1, 2, 3)]]));
    const client = await away(world);
    expect(client.rooms).toEqual([]);
    await back(world, client);
    expect(names(client)).toEqual(['lobby', 'tea']);
    await client.close();
  });

  test('[KEPT-2] C1: of a room the last events are kept, of so many rooms', async () => {
    const world = await keeping();
    const { server, store, time } = world;
    const rooms = Array.from({ length: KEPT_ROOMS_MAX + 5 }, (_, index) =>
      server.addRoom(10 + index, RoomKind.PUBLIC, `room${index}`),
    );
    for (let index = 0; index < 2 * PAGE_EVENTS_MAX; index += 1) server.say(LOBBY, `m${index}`);
    await run(world, async (client) => {
      for (const room of rooms) await open(world, room)(client);
      const timeline = client.timeline('lobby');
      await within(time, timeline.loadLatest(200));
      for (let index = 0; index < 10; index += 1) server.say(LOBBY, `live ${index}`);
      for (let index = 0; index < 10; index += 1) server.say(10 as RoomNumber, 'x'.repeat(10_000));
      await time.pass(20_000);
    });
    const pages = await store.loadKept();
    const kept = (room: number) => {
      const sealed = pages.get(`room-${room}`);
      return (sealed && HeldRoom.from(sealed)?.open()?.events) ?? [];
    };
    expect([kept(LOBBY).length, kept(LOBBY).at(-1)?.sequence]).toEqual([
      PAGE_EVENTS_MAX,
      2 * PAGE_EVENTS_MAX + 10,
    ]);
    for (const bytes of pages.values()) expect(bytes.length).toBeLessThan(PAGE_BYTES_MAX + 1_024);
    expect([...pages.keys()].filter((name) => name.startsWith('room-'))).toHaveLength(KEPT_ROOMS_MAX);
    expect(kept(rooms.at(-1) ?? 0)).toEqual([]);
    expect(server.events(roomStream(10 as RoomNumber))).toHaveLength(10);
    expect(server.events(LOBBY_STREAM)).toHaveLength(2 * PAGE_EVENTS_MAX + 10);
  });

  test('[KEPT-1] C1: a few rooms are written at a time, and at closing all that are left', async () => {
    const world = await keeping();
    const { server, store, time } = world;
    const rooms = Array.from({ length: 12 }, (_, at) =>
      server.addRoom(10 + at, RoomKind.PUBLIC, `room${at}`),
    );
    const client = await onlineClient(world);
    for (const room of rooms) {
      server.say(room, `in ${room}`);
      await open(world, room)(client);
    }
    const written = async () =>
      [...(await store.loadKept()).keys()].filter((name) => name.startsWith('room-')).length;
    await time.pass(1_000);
    expect(await written()).toBe(4);
    await time.pass(2_000);
    expect(await written()).toBe(8);
    await within(time, client.close());
    // The lobby was read quietly meanwhile.
    expect(await written()).toBe(13);
  });

  test('[KEPT-1] [STORE-10] C4: a store that refuses pages costs the pages and nothing else', async () => {
    const world = await keeping();
    const { server, store, time } = world;
    store.saveKept = async () => {
      throw new Error('the disk is full');
    };
    store.loadKept = async () => {
      throw new Error('the disk is broken');
    };
    server.say(LOBBY, 'hello');
    const client = await onlineClient(world);
    await open(world)(client);
    await time.pass(5_000);
    expect([client.status.kind, client.keepsRecent]).toEqual(['online', false]);
    const sent = client.send('lobby', 'still here');
    expect(await within(time, sent)).toMatchObject({ sequence: 2 as Sequence });
    await client.close();
  });
});

/** The same profile, in which nothing is kept and what is kept stays. */
function unkept({ store }: World): MemoryStore {
  return new Proxy(store as MemoryStore, {
    get: (target, name) => {
      if (name === 'saveKept') return async () => {};
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
