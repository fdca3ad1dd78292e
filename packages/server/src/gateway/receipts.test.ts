/** What a client asks for to show how far messages have come, where it goes to a day, and whom it is to write to. */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { RECEIPTS_PUSH_MAX_MEMBERS, type RoomNumber } from '@sotto/model';
import { ErrorCode } from '@sotto/schema';
import { Asking, numbered } from '../testing/asking.ts';
import { type Range, sequences, Talk } from '../testing/talk.ts';
import { createWorld, type LoggedIn, type World } from '../testing/world.ts';

let world: World;
let asking: Asking;
let talk: Talk;
let alice: LoggedIn;
let bob: LoggedIn;

beforeEach(async () => {
  world = await createWorld();
  asking = new Asking(world);
  ({ talk, alice, bob } = await Talk.ofTwo(world));
});
afterEach(async () => {
  expect(world.errors).toEqual([]);
  await world.close();
});

const read = async (who: LoggedIn, stream = talk.stream) =>
  (await asking.ask(who, 'readReceipts', { stream })).receipts.map(
    ({ user, delivered, read: readTo }) => [user, delivered, readTo] as const,
  );

async function acknowledge(who: LoggedIn, delivered: number, readTo: number): Promise<void> {
  who.peer.notify('acknowledge', { progress: [{ stream: talk.stream, delivered, read: readTo }] });
  await world.clock.advance(500);
}

describe('reading receipts (M6)', () => {
  test('[RECEIPT-2] M6: each other member, from the event that brought them in, the furthest of their devices', async () => {
    const { head } = await talk.history(alice);
    expect(await read(alice)).toEqual([[bob.number, head, head]]);
    const said = await talk.say(alice, 'hello');
    await talk.follow(bob);
    const tablet = await world.device(bob);
    await talk.follow(tablet);
    await acknowledge(bob, said, 0);
    await acknowledge(tablet, said - 1, said - 1);
    expect(await read(alice)).toEqual([[bob.number, said, Math.max(said - 1, head)]]);
    const [mine] = await read(bob);
    expect(mine?.[0]).toBe(alice.number);
  });

  test('[RECEIPT-2] M6: whoever joins later is behind nothing that was said before; whoever left is not named', async () => {
    const said = await talk.say(alice, 'before carol');
    const carol = await world.user('carol');
    await talk.join(carol);
    const { head } = await talk.history(alice);
    expect((await read(alice)).find(([user]) => user === carol.number)).toEqual([carol.number, head, head]);
    expect(head).toBeGreaterThan(said);
    await asking.ask(carol, 'leaveRoom', { room: numbered(talk.room) });
    expect((await read(alice)).map(([user]) => user)).toEqual([bob.number]);
  });

  test('[RECEIPT-2] M6: in the lobby those who have received something there', async () => {
    expect(await read(alice, 4)).toEqual([]);
    await asking.ask(bob, 'subscribe', { cursors: [{ stream: 4, after: 0 }] });
    const { sequence } = await asking.say(alice, 1 as RoomNumber, 'hello all');
    bob.peer.notify('acknowledge', { progress: [{ stream: 4, delivered: sequence, read: sequence }] });
    await world.clock.advance(500);
    expect(await read(alice, 4)).toEqual([[bob.number, sequence, sequence]]);
  });

  test('[RECEIPT-2] M6: strangers are told nothing, nor is anybody of an inbox', async () => {
    const carol = await world.user('carol');
    const hidden = await talk.newRoom(alice, 'hidden', true);
    const streams = [4 * hidden, 4 * 99, 4 * alice.number + 1, 4 * carol.number + 1, 3];
    for (const stream of streams)
      expect(await asking.refused(carol, 'readReceipts', { stream })).toBe(ErrorCode.NOT_FOUND);
  });

  test('[RECEIPT-2] M6: nobody where more than 100 are members', async () => {
    const others: LoggedIn[] = [];
    for (let count = 2; count < RECEIPTS_PUSH_MAX_MEMBERS; count += 1)
      others.push(await world.user(`p${count}`));
    for (const other of others) await asking.enter(alice, other, talk.room as RoomNumber);
    expect(await read(alice)).toHaveLength(RECEIPTS_PUSH_MAX_MEMBERS - 1);
    await talk.join(await world.user('one_more'));
    expect(await read(alice)).toEqual([]);
  });
});

describe('going to a day (M5)', () => {
  test('[PAGE-6] M5: a page is around the first event of that time or later, else around the last', async () => {
    const times: number[] = [];
    for (let day = 0; day < 20; day += 1) {
      await world.clock.advance(1_000);
      times.push(world.clock.now());
      await talk.say(alice, `${day}`);
    }
    const page = async (of: Range) => sequences((await talk.history(bob, of)).events);
    const { head } = await talk.history(bob);
    const third = head - 17;
    expect(await page({ atMs: times[2] ?? 0, limit: 4 })).toEqual([third - 2, third - 1, third, third + 1]);
    expect(await page({ atMs: (times[2] ?? 0) - 500, limit: 1 })).toEqual([third]);
    expect(await page({ atMs: (times[2] ?? 0) + 0.5, limit: 1 })).toEqual([third + 1]);
    expect(await page({ atMs: 1, limit: 4 })).toEqual([1, 2]);
    for (const atMs of [world.clock.now() + 1, Number.POSITIVE_INFINITY])
      expect(await page({ atMs, limit: 4 })).toEqual([head - 2, head - 1, head]);
    for (const atMs of [0, -1, Number.NaN, Number.NEGATIVE_INFINITY])
      expect(await page({ atMs, limit: 2 })).toEqual([head - 1, head]);
  });
});

describe('opening a direct room (M1)', () => {
  const open = (who: LoggedIn, other: number) =>
    asking.ask(who, 'openDirect', { user: { reference: { case: 'number', value: other } } });

  test('[ROOM-4] M1: it is made once for two people, whoever asks and however often, and messages go there', async () => {
    const { membership } = await open(alice, bob.number);
    const room = membership?.room;
    expect(room?.directUsers).toEqual([alice.number, bob.number]);
    for (const [who, other] of [
      [alice, bob],
      [bob, alice],
    ] as const)
      expect((await open(who, other.number)).membership?.room?.number).toBe(room?.number ?? 0);
    const { outcomes } = await asking.ask(bob, 'sendDirect', {
      recipients: [{ reference: { case: 'number', value: alice.number } }],
      clientMessageId: talk.newId(),
      content: new Uint8Array([10, 1, 104]),
    });
    expect(outcomes[0]?.accepted?.room).toBe(room?.number ?? 0);
  });

  test('[ROOM-4] [BLOCK-1] M1: not with nobody, nor with whoever blocked the asker', async () => {
    const { peer } = bob;
    const block = { case: 'block' as const, value: { user: alice.number, blocked: true } };
    await world.run(peer.request('setSetting', { setting: { setting: block } }));
    const refused = (value: number) =>
      asking.refused(alice, 'openDirect', { user: { reference: { case: 'number', value } } });
    expect(await refused(bob.number)).toBe(ErrorCode.PERMISSION_DENIED);
    expect(await refused(999)).toBe(ErrorCode.NOT_FOUND);
    expect(await asking.refused(alice, 'openDirect', {})).toBe(ErrorCode.NOT_FOUND);
    expect((await open(bob, alice.number)).membership?.room?.number).toBeNumber();
  });
});
