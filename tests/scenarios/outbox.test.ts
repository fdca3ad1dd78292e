/** What somebody sends, and changes, shows at once and ends as the server says: at a real server, over UDP and TLS (M7, T17). */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { Timeline, TimelineItem } from '@sotto/client/node';
import type { RoomNumber } from '@sotto/model';
import { ErrorCode } from '@sotto/schema';
import { type Guest, type House, openHouse } from './support/house.ts';
import { eventually } from './support/peers.ts';

const TIMEOUT_MS = 60_000;
const COUNT = 200;

let house: House;
let alice: Guest;
let bob: Guest;
let room: RoomNumber;

beforeAll(async () => {
  house = await openHouse({ people: { alice: 'udp', bob: 'tls' } });
  alice = house.guest('alice');
  bob = house.guest('bob');
  room = (await alice.client.createRoom('news')).number;
  await bob.client.joinRoom(room);
}, TIMEOUT_MS);
afterAll(() => house.close());

const textsOf = (items: readonly TimelineItem[]) => items.map(({ message }) => message.text);

async function opened(guest: Guest): Promise<Timeline> {
  const timeline = guest.client.timeline(room);
  await timeline.loadLatest();
  return timeline;
}

test(
  '[TIMELINE-5] M7: many messages at once: none twice, none missing, in order, each under one key from the beginning',
  async () => {
    const timeline = await opened(bob);
    const texts = Array.from({ length: COUNT }, (_, index) => `message ${index}`);
    const wrong: string[][] = [];
    timeline.onChange(() => {
      const shown = textsOf(timeline.items);
      if (shown.join() !== texts.join()) wrong.push(shown.map(String));
    });
    const all = texts.map((text) => bob.client.send(room, text));
    await Promise.resolve();
    const keys = timeline.items.map(({ key }) => key);
    await Promise.all(all);
    await bob.hears('message', ({ message }) => message.text === texts.at(-1));
    expect(wrong).toEqual([]);
    expect(timeline.items.every(({ kind }) => kind === 'message')).toBe(true);
    expect(timeline.items.map(({ key }) => key)).toEqual(keys);
    timeline.close();
  },
  TIMEOUT_MS,
);

test(
  '[OUTBOX-5] M7: what a room for announcements refuses stays, and goes out once it may',
  async () => {
    const timeline = await opened(bob);
    await alice.client.changeRoom(room, { kind: 'announcement' });
    bob.client.send(room, 'may I?', { keepFailed: true }).catch(() => {});
    const failed = await eventually(() =>
      bob.client.outbox.entries.find(({ state }) => state.kind === 'failed'),
    );
    expect(failed?.state).toMatchObject({ error: { code: ErrorCode.PERMISSION_DENIED } });
    expect(timeline.items.at(-1)).toMatchObject({ kind: 'pending', message: { state: { kind: 'failed' } } });
    await alice.client.changeRoom(room, { kind: 'public' });
    expect(await bob.client.outbox.sendAgain(failed?.clientMessageId ?? '')).toBe(true);
    await alice.hears('message', ({ message }) => message.text === 'may I?');
    await bob.hears('message', ({ message }) => message.text === 'may I?');
    expect(bob.client.outbox.entries).toEqual([]);
    expect(textsOf(timeline.items).filter((text) => text === 'may I?')).toHaveLength(1);
    timeline.close();
  },
  TIMEOUT_MS,
);

test(
  '[TIMELINE-6] M9: a reaction and an edit count at once, and the same holds when the server has said so',
  async () => {
    const { sequence } = await bob.client.send(room, 'first');
    await bob.hears('message', ({ message }) => message.sequence === sequence);
    const timeline = await opened(bob);
    const changes = [bob.client.edit(room, sequence, 'better'), bob.client.react(room, sequence, '👍')];
    const now = { text: 'better', reactions: [{ emoji: '👍', count: 1, mine: true }], edited: { times: 1 } };
    expect(timeline.message(sequence)).toMatchObject({ ...now, unconfirmed: ['edit', 'reaction'] });
    await Promise.all(changes);
    await bob.hears('reactionAdded', ({ target }) => target === sequence);
    expect(timeline.message(sequence)).toMatchObject(now);
    expect(timeline.message(sequence)?.unconfirmed).toBeUndefined();
    const refused = alice.client.edit(room, sequence, 'not hers').then(
      () => undefined,
      ({ code }) => code,
    );
    expect(await refused).toBe(ErrorCode.PERMISSION_DENIED);
    timeline.close();
  },
  TIMEOUT_MS,
);
