/** What a window shows of a real server, as the SDK's snapshots tell it (C1, M6, M8, M9, T17). */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { connect, type Snapshot, type SottoClient } from '@sotto/client/node';
import type { RoomNumber } from '@sotto/model';
import { type Guest, type House, openHouse } from './support/house.ts';
import { eventually } from './support/peers.ts';

const TIMEOUT_MS = 60_000;

let house: House;
let alice: Guest;
let bob: Guest;
let tea: RoomNumber;

beforeAll(async () => {
  house = await openHouse({ people: { alice: 'udp', bob: 'tls' } });
  alice = house.guest('alice');
  bob = house.guest('bob');
  tea = (await alice.client.createRoom('tea')).number;
  await bob.client.joinRoom(tea);
  await alice.hears('memberJoined');
}, TIMEOUT_MS);
afterAll(() => house.close());

/** The first value of which that holds; it is listened to meanwhile. */
async function comes<T>(snapshot: Snapshot<T>, is: (value: T) => boolean): Promise<T> {
  const stop = snapshot.onChange(() => {});
  const found = await eventually(() => (is(snapshot.get()) ? { value: snapshot.get() } : undefined));
  stop();
  if (found === undefined) throw new Error(`never came, but ${Bun.inspect(snapshot.get())}`);
  return found.value;
}

test(
  '[RECEIPT-2] [RECEIPT-3] M6: a message is durable, delivered, read; and so it is for who looks later',
  async () => {
    const { sequence } = await alice.client.send(tea, 'have you read this?');
    const room = { number: tea } as Parameters<SottoClient['deliveryOf']>[0]['room'];
    const receipts = alice.client.snapshots.receipts(tea);
    expect(alice.client.deliveryOf({ room, sequence })).toBe('durable');
    await comes(receipts, ({ delivered }) => delivered >= sequence);
    expect(alice.client.deliveryOf({ room, sequence })).toBe('delivered');
    await bob.hears('message', ({ message }) => message.sequence === sequence);
    bob.client.markRead(tea, sequence);
    const { members } = await comes(receipts, ({ read }) => read >= sequence);
    expect([...members.keys()]).toEqual([bob.number as never]);
    expect(alice.client.deliveryOf({ room, sequence })).toBe('read');
    // What was received before anybody listened is known as well.
    await comes(bob.client.snapshots.receipts(tea), ({ delivered }) => delivered >= sequence);
  },
  TIMEOUT_MS,
);

test(
  '[SNAPSHOT-2] [SNAPSHOT-3] [WRITING-2] M8 M9: who is in a room, who is there, and who writes',
  async () => {
    const { snapshots } = alice.client;
    const { members } = await comes(snapshots.members(tea), ({ state }) => state === 'ready');
    expect(members.map(({ name, role, online }) => [name, role, online])).toEqual([
      ['alice', 'owner', true],
      ['bob', 'member', true],
    ]);
    const bobIs = snapshots.presence(members[1]?.number ?? (0 as never));
    await comes(bobIs, (presence) => presence?.online === true);
    bob.client.typing(tea);
    const [writer] = await comes(snapshots.typing(tea), (writers) => writers.length > 0);
    expect(writer?.name).toBe('bob');
    await bob.client.send(tea, 'there');
    await comes(snapshots.typing(tea), (writers) => writers.length === 0);
    await bob.client.account.setProfile({ displayName: 'Robert', statusText: 'tea time' });
    await comes(snapshots.profile(members[1]?.number ?? (0 as never)), (it) => it?.statusText === 'tea time');
    await comes(snapshots.members(tea), (it) => it.members[1]?.displayName === 'Robert');
  },
  TIMEOUT_MS,
);

test(
  '[ROOM-4] [PAGE-6] M1 M5: a direct room before its first message, and history by its time',
  async () => {
    const room = await alice.client.openDirect('bob');
    expect(room).toMatchObject({ kind: 'direct', name: 'bob' });
    expect((await bob.client.openDirect('alice')).number).toBe(room.number);
    const first = await alice.client.send(room.number, 'one');
    await Bun.sleep(20);
    const second = await alice.client.send(room.number, 'two');
    const timeline = bob.client.timeline(room.number);
    const found = await timeline.loadAt(new Date(first.at.getTime() + 1));
    expect(found).toBe(second.sequence);
    expect(await timeline.loadAt(new Date(0))).toBe(first.sequence);
    expect(timeline.messages.map(({ text }) => text)).toEqual(['one', 'two']);
    timeline.close();
  },
  TIMEOUT_MS,
);

test(
  '[PATH-14] T17: over each transport that the server offers, one after the other, and back to the best',
  async () => {
    const { ports, trust } = house.server;
    const client = await connect({ server: `127.0.0.1:${ports.tls}`, trust });
    const account = { name: 'cam', password: 'correct horse battery' };
    await client.register(account);
    await client.login(account);
    await client.joinRoom(tea);
    const { choice, path, paths } = client.snapshots;
    const { transports } = choice.get();
    expect(transports).toEqual(['udp', 'quic', 'tls', 'websocket']);
    for (const transport of [...transports].reverse()) {
      client.choose(transport);
      await comes(path, (it) => it?.transport === transport && !it.moving);
      const { sequence } = await client.send(tea, `over ${transport}`);
      expect(sequence).toBeGreaterThan(0);
    }
    client.choose('tls');
    await comes(path, (it) => it?.transport === 'tls');
    client.choose('auto');
    const best = await comes(path, (it) => it?.transport === 'udp');
    expect(best?.facts?.roundTripMs).toBeGreaterThan(0);
    expect(paths.get().some(({ left }) => left === 'quic was chosen')).toBe(true);
    expect(() => client.choose('smoke')).toThrow();
    await client.close();
  },
  TIMEOUT_MS,
);
