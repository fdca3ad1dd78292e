/** One client that asks for much at once: it waits for itself, and nobody else for it [REQUEST-4]. */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { create, toBinary } from '@bufbuild/protobuf';
import { inboxStream, LOBBY, PAGE_MAX, type RoomNumber, roomStream, type UserNumber } from '@sotto/model';
import { ContentSchema } from '@sotto/schema';
import { Peer } from '../testing/peer.ts';
import { seedSession, seedUser } from '../testing/seed.ts';
import { createWorld, type LoggedIn, refusal, type World } from '../testing/world.ts';

let world: World;
let alice: LoggedIn;
let bob: LoggedIn;

beforeEach(async () => {
  world = await createWorld();
  alice = await world.user('alice');
  bob = await world.user('bob');
});

afterEach(async () => {
  await world.close();
  expect(world.errors).toEqual([]);
});

const message = (value: string) => ({
  clientMessageId: world.random.bytes(16),
  content: toBinary(ContentSchema, create(ContentSchema, { content: { case: 'plain', value } })),
});
const succeeds = (task: Promise<unknown>) =>
  world.run(refusal(task)).then((code) => expect(code).toBeUndefined());

describe('many requests at once', () => {
  test('[REQUEST-4] look-ups by the thousand leave the database to others', async () => {
    const users = Array.from({ length: PAGE_MAX }, (_, index) => ({
      reference: { case: 'number' as const, value: index + 1 },
    }));
    const greedy = Array.from({ length: 60 }, () => refusal(alice.peer.request('lookUpUsers', { users })));
    await succeeds(bob.peer.request('sendMessage', { room: LOBBY, ...message('me too') }));
    expect(new Set(await world.run(Promise.all(greedy)))).toEqual(new Set([undefined]));
  });

  test('[REQUEST-4] messages to many people by the thousand do as well', async () => {
    const recipients = Array.from({ length: 50 }, (_, index) => ({
      reference: { case: 'name' as const, value: `nobody-${index}` },
    }));
    const greedy = Array.from({ length: 300 }, () =>
      refusal(alice.peer.request('sendDirect', { recipients, ...message('hi') })),
    );
    await succeeds(bob.peer.request('sendMessage', { room: LOBBY, ...message('me too') }));
    expect(new Set(await world.run(Promise.all(greedy)))).toEqual(new Set([undefined]));
  });

  test('[REQUEST-4] one stream named thousands of times is followed once, from the last cursor', async () => {
    const stream = inboxStream(alice.number as UserNumber);
    const cursors = Array.from({ length: 12_000 }, () => ({ stream, after: 0 }));
    const subscribed = alice.peer.request('subscribe', { cursors });
    await succeeds(bob.peer.request('sendMessage', { room: LOBBY, ...message('me too') }));
    expect((await world.run(subscribed)).heads).toEqual([expect.objectContaining({ stream })]);
    const { streams } = await world.run(alice.peer.request('statusRequest', {}));
    expect(streams).toHaveLength(1);
  });

  test('[REQUEST-4] answers that are not read wait in the log, not in memory', async () => {
    const { membership } = await world.run(alice.peer.request('createRoom', { name: 'tea' }));
    const room = membership?.room?.number ?? 0;
    const stream = roomStream(room as RoomNumber);
    const sent = Array.from({ length: 10 }, () =>
      alice.peer.request('sendMessage', { room, ...message('x'.repeat(10_000)) }),
    );
    await world.run(Promise.all(sent));
    world.network.pauseReading(alice.peer.connection, true);
    const pages = Array.from({ length: 200 }, () => refusal(alice.peer.request('readHistory', { stream })));
    await world.clock.advance(100);
    world.network.pauseReading(alice.peer.connection, false);
    expect(new Set(await world.run(Promise.all(pages)))).toEqual(new Set([undefined]));
  });
});

describe('requests that are overtaken', () => {
  test('[DELIVERY-1] unsubscribing right after subscribing ends the stream', async () => {
    const stream = roomStream(LOBBY);
    const subscribed = alice.peer.request('subscribe', { cursors: [{ stream, after: 0 }] });
    const unsubscribed = alice.peer.request('unsubscribe', { streams: [stream] });
    await world.run(Promise.all([subscribed, unsubscribed]));
    await world.run(bob.peer.request('sendMessage', { room: LOBBY, ...message('too late') }));
    await world.clock.advance(10);
    expect(alice.peer.eventsOf(stream)).toEqual([]);
  });

  test('[PRESENCE-1] a connection that is gone watches nobody', async () => {
    const cam = await world.user('cam');
    const { promise, resolve } = Promise.withResolvers<void>();
    const { accounts } = world.store;
    const find = accounts.usersByNumbers;
    let lookUps = 0;
    accounts.usersByNumbers = async (users) => {
      lookUps++;
      await promise;
      return find(users);
    };
    const watching = refusal(cam.peer.request('watchPresence', { users: [bob.number] })).catch(() => 'gone');
    await world.clock.advance(5);
    cam.peer.connection.abort();
    await world.clock.advance(5);
    resolve();
    expect(await watching).toBe('gone');
    const before = lookUps;
    bob.peer.connection.abort();
    await world.clock.advance(200);
    expect(lookUps).toBe(before);
  });
});

describe('requests of those who are gone', () => {
  test('[REQUEST-4] what waited for a connection that is gone goes with it', async () => {
    const { accounts } = world.store;
    const { users } = accounts;
    const { promise, resolve } = Promise.withResolvers<void>();
    accounts.users = async (after, limit) => {
      await promise;
      return users(after, limit);
    };
    const gone: WeakRef<object>[] = [];
    world.network.listen('watched', (connection) => {
      const events = world.core.accept(connection);
      gone.push(new WeakRef(events));
      return events;
    });
    for (let count = 0; count < 20; count++) {
      const session = await seedSession(world.store, world.random, bob.session.user, world.clock.now());
      const peer = new Peer(world.clock);
      await world.run(world.network.dial({ name: 'watched', events: peer.events }));
      await world.run(peer.hello());
      await world.run(peer.resume(session));
      for (let requests = 0; requests < 5; requests++)
        void refusal(peer.request('readRoster', { limit: 1 })).catch(() => 'gone');
      await world.clock.advance(1);
      peer.connection.abort();
    }
    await world.clock.advance(10);
    resolve();
    await world.clock.advance(1_000);
    Bun.gc(true);
    // The collector may overlook a few that the stack still seems to name.
    expect(gone.filter((connection) => connection.deref() !== undefined).length).toBeLessThan(5);
  });
});

describe('order of sending', () => {
  test('[SEND-3] a message to a person and one to the room of the two keep their order', async () => {
    const recipients = [{ reference: { case: 'name' as const, value: 'bob' } }];
    const direct = () => alice.peer.request('sendDirect', { recipients, ...message('to bob') });
    const { outcomes } = await world.run(direct());
    const room = outcomes[0]?.accepted?.room ?? 0;
    const toRoom = () => alice.peer.request('sendMessage', { room, ...message('to the room') });
    const [first, second, third, fourth] = await world.run(
      Promise.all([direct(), toRoom(), toRoom(), direct()]),
    );
    const sequences = [
      first?.outcomes[0]?.accepted?.sequence,
      second?.sequence,
      third?.sequence,
      fourth?.outcomes[0]?.accepted?.sequence,
    ];
    expect(sequences).toEqual(sequences.toSorted());
    expect(new Set(sequences).size).toBe(4);
  });
});

describe('reads of many people', () => {
  /** Counts the calls of the account store. */
  function countCalls(): () => number {
    let calls = 0;
    const { accounts } = world.store;
    for (const [name, method] of Object.entries(accounts)) {
      Reflect.set(accounts, name, (...given: unknown[]) => {
        calls++;
        return Reflect.apply(method, accounts, given);
      });
    }
    return () => calls;
  }

  test('[PRESENCE-1] a change is looked up once, however many watch', async () => {
    const watchers = [alice, await world.user('cam'), await world.user('dora'), await world.user('emil')];
    for (const { peer } of watchers)
      await world.run(peer.request('watchPresence', { users: [bob.number, alice.number] }));
    const calls = countCalls();
    bob.peer.connection.abort();
    await world.clock.advance(150);
    for (const { peer } of watchers) expect(peer.pushed('presenceUpdate')).toHaveLength(1);
    // The accounts, and their profiles.
    expect(calls()).toBe(2);
  });

  test('[REQUEST-4] who is online is found without walking through everyone', async () => {
    for (let index = 0; index < 300; index++)
      await seedUser(world.store, world.random, `absent-${index}`, world.clock.now());
    const zoe = await world.user('zoe');
    const calls = countCalls();
    const page = (after: number) =>
      world.run(alice.peer.request('readRoster', { after, limit: 1, onlineOnly: true }));
    const { people, more } = await page(bob.number);
    expect([people.map(({ user }) => user?.number), more]).toEqual([[zoe.number], false]);
    expect((await page(alice.number)).more).toBe(true);
    expect(calls()).toBe(4);
  });
});
