/** Downloads over connections: who gets what, and when they end (F1, F3, F4). */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { inboxStream, TRANSFERS_MAX, type UserNumber } from '@sotto/model';
import { encodeMessage } from '@sotto/protocol';
import { ContentSchema, ErrorCode } from '@sotto/schema';
import { sha256Of } from '../digest.ts';
import { numbered } from '../testing/asking.ts';
import { Carrying, CHUNK } from '../testing/carrying.ts';
import { type Change, remove, Talk } from '../testing/talk.ts';
import { createWorld, type LoggedIn, refusal, type World } from '../testing/world.ts';

const BROKEN_NUMBERS = [Number.NaN, -1, 0.5, 2 ** 53];
const accept: Change = { case: 'acceptFile', value: true };
const decline: Change = { case: 'acceptFile', value: false };

let world: World;
let talk: Talk;
let alice: LoggedIn;
let bob: LoggedIn;
let carrying: Carrying;

beforeEach(async () => {
  world = await createWorld();
  ({ talk, alice, bob } = await Talk.ofTwo(world));
  carrying = new Carrying(world);
});
afterEach(async () => {
  expect(world.errors).toEqual([]);
  await world.close();
});

/** Uploaded and offered in the room. */
async function offered(bytes: Uint8Array, room = talk.room) {
  await carrying.upload(alice, bytes);
  return { room, sequence: await carrying.offer(alice, room, bytes) };
}

async function offeredDirect(bytes: Uint8Array) {
  await carrying.upload(alice, bytes);
  return carrying.offerDirect(alice, bob, bytes);
}

const refused = (who: LoggedIn, of: Parameters<Carrying['startDownload']>[1]) =>
  refusal(carrying.startDownload(who, of));

/** A download of the file that got so far that the client has to say something. */
async function running(who: LoggedIn, of: { room: number; sequence: number }): Promise<number> {
  const transfer = carrying.next();
  await carrying.startDownload(who, of, transfer);
  await carrying.heard(who, 'fileData', transfer);
  return transfer;
}

const held = (who: LoggedIn, transfer: number): number =>
  who.peer
    .pushed('fileData')
    .reduce((sum, piece) => sum + (piece.transfer === transfer ? piece.data.length : 0), 0);

const change = (who: LoggedIn, { room, sequence }: { room: number; sequence: number }, what: Change) =>
  world.run(
    who.peer.request('changeMessage', { room, sequence, clientMessageId: talk.newId(), change: what }),
  );

describe('who gets what', () => {
  test('[DOWNLOAD-1] F1: members of the room fetch when they want, nobody else does', async () => {
    const bytes = carrying.bytes(3 * CHUNK + 5);
    const of = await offered(bytes);
    expect(await carrying.download(bob, of)).toEqual(bytes);
    expect(await carrying.download(alice, of)).toEqual(bytes);
    const room = await talk.newRoom(alice, 'locked', true);
    const locked = await offered(carrying.bytes(CHUNK), room);
    expect(await refused(bob, locked)).toBe(ErrorCode.NOT_FOUND);
  });

  test('[DOWNLOAD-1] F1: in a direct message the recipient accepts first; the sender needs no leave', async () => {
    const bytes = carrying.bytes(2 * CHUNK);
    const of = await offeredDirect(bytes);
    expect(await refused(bob, of)).toBe(ErrorCode.FILE_NOT_ACCEPTED);
    expect(await carrying.download(alice, of)).toEqual(bytes);
    await change(bob, of, accept);
    expect(await carrying.download(bob, of)).toEqual(bytes);
    const other = await offeredDirect(carrying.bytes(2 * CHUNK));
    await change(bob, other, decline);
    for (const who of [alice, bob]) expect(await refused(who, other)).toBe(ErrorCode.FILE_GONE);
  });

  test('[DOWNLOAD-1] F1: files in the message itself are fetched as others are', async () => {
    for (const size of [0, 1, 32 * 1024]) {
      const bytes = carrying.bytes(size);
      const sequence = await carrying.offer(alice, talk.room, bytes, { inline: bytes });
      expect(await carrying.download(bob, { room: talk.room, sequence })).toEqual(bytes);
    }
  });

  test('[DOWNLOAD-1] F1: a sealed offer is served without being read', async () => {
    const bytes = carrying.bytes(2 * CHUNK);
    await carrying.upload(alice, bytes);
    const content = encodeMessage(ContentSchema, { content: { case: 'sealed', value: carrying.bytes(80) } });
    const { sequence } = await world.run(
      alice.peer.request('sendMessage', {
        room: talk.room,
        clientMessageId: talk.newId(),
        content,
        file: sha256Of(bytes),
      }),
    );
    expect(await carrying.download(bob, { room: talk.room, sequence })).toEqual(bytes);
  });

  test('[DOWNLOAD-1] F1: where nothing is offered there is nothing to fetch', async () => {
    const { room, sequence } = await offered(carrying.bytes(CHUNK));
    const text = await talk.say(alice, 'no file');
    for (const other of [0, 1, text, 99, 2 ** 32 - 1])
      expect(await refused(bob, { room, sequence: other })).toBe(ErrorCode.FILE_GONE);
    expect(await refused(bob, { room: 99, sequence })).toBe(ErrorCode.NOT_FOUND);
    expect(await refused(bob, { room: inboxStream(1 as UserNumber), sequence })).toBe(ErrorCode.NOT_FOUND);
    await change(alice, { room, sequence }, remove);
    expect(await refused(bob, { room, sequence })).toBe(ErrorCode.FILE_GONE);
  });
});

describe('how it travels', () => {
  test('[DOWNLOAD-2] F4: a download goes on from any chunk', async () => {
    const bytes = carrying.bytes(3 * CHUNK + 5);
    const of = await offered(bytes);
    for (const offset of [CHUNK, 3 * CHUNK])
      expect(await carrying.download(bob, { ...of, offset })).toEqual(bytes.slice(offset));
    const whole = await offered(carrying.bytes(2 * CHUNK));
    expect(await carrying.download(bob, { ...whole, offset: 2 * CHUNK })).toEqual(new Uint8Array(0));
  });

  test('[DOWNLOAD-2] F4: other offsets and credits are refused; numbers that are none end the transfer', async () => {
    const of = await offered(carrying.bytes(3 * CHUNK));
    for (const offset of [...BROKEN_NUMBERS, 1, 4 * CHUNK, 2 ** 60])
      expect(await refused(bob, { ...of, offset })).toBe(ErrorCode.ARGUMENT_INVALID);
    for (const credit of BROKEN_NUMBERS)
      expect(await refused(bob, { ...of, credit })).toBe(ErrorCode.ARGUMENT_INVALID);
    for (const received of BROKEN_NUMBERS) {
      const transfer = await running(bob, of);
      bob.peer.notify('fileProgress', { transfer, received, credit: CHUNK });
      expect((await carrying.ended(bob, transfer)).code).toBe(ErrorCode.TRANSFER_BROKEN);
    }
  });

  test('[DOWNLOAD-2] [PACE-1] F3: no more leaves than credit and window allow, whatever the peer says not', async () => {
    const of = await offered(carrying.bytes(40 * CHUNK));
    const [small, large] = [carrying.next(), carrying.next()];
    await carrying.startDownload(bob, { ...of, credit: 5_000 }, small);
    await world.clock.advance(1_000);
    expect(held(bob, small)).toBeWithin(1, 5_001);
    bob.peer.notify('fileProgress', { transfer: small, received: held(bob, small), credit: 5_000 });
    await carrying.startDownload(bob, of, large);
    await world.clock.advance(1_000);
    expect(held(bob, large)).toBeGreaterThan(0);
    expect(held(bob, small) + held(bob, large)).toBeLessThanOrEqual(1024 * 1024);
  });

  test('[DOWNLOAD-2] [PACE-6] F3: downloads of one connection take turns', async () => {
    const files = [await offered(carrying.bytes(20 * CHUNK)), await offered(carrying.bytes(CHUNK + 1))];
    const [large = files[0], little] = files;
    if (large === undefined || little === undefined) throw new Error('no files');
    const first = carrying.download(bob, large);
    const second = carrying.download(bob, little);
    await second;
    const done = bob.peer.pushed('fileData').filter(({ transfer }) => transfer === 3 || transfer === 2);
    await first;
    expect(done.length).toBeGreaterThan(0);
    expect(done.reduce((sum, { data }) => sum + data.length, 0)).toBeLessThan(21 * CHUNK + 1);
  });

  test('[DOWNLOAD-3] [TRANSFER-4] F4: a damaged chunk is sent again, from the store', async () => {
    const bytes = carrying.bytes(2 * CHUNK);
    const of = await offered(bytes);
    const transfer = carrying.next();
    await carrying.startDownload(bob, of, transfer);
    let received = 0;
    while (received < CHUNK) {
      const at = received;
      received += (await carrying.heard(bob, 'fileData', transfer, ({ offset }) => offset === at)).data
        .length;
      bob.peer.notify('fileProgress', { transfer, received, credit: 2 * CHUNK });
    }
    bob.peer.pushes.length = 0;
    bob.peer.notify('fileProgress', { transfer, received: 0, credit: 2 * CHUNK, again: true });
    const { data } = await carrying.heard(bob, 'fileData', transfer, ({ offset }) => offset === 0);
    expect(data).toEqual(bytes.slice(0, data.length));
  });
});

describe('ends', () => {
  test('[DOWNLOAD-4] F1: deleting the message ends it', async () => {
    const of = await offered(carrying.bytes(40 * CHUNK));
    const transfer = await running(bob, of);
    const carol = await world.user('carol');
    await talk.join(carol);
    const other = await running(carol, await offered(carrying.bytes(40 * CHUNK)));
    await change(alice, of, remove);
    expect((await carrying.ended(bob, transfer)).code).toBe(ErrorCode.FILE_GONE);
    await world.clock.advance(50);
    carol.peer.notify('fileProgress', { transfer: other, received: held(carol, other), credit: 40 * CHUNK });
    await world.clock.advance(50);
    expect(carol.peer.pushed('endTransfer')).toEqual([]);
  });

  test('[DOWNLOAD-4] F1: who is removed, or leaves, gets no more of it', async () => {
    const of = await offered(carrying.bytes(40 * CHUNK));
    const bobThere = { room: numbered(talk.room), user: numbered(bob.number) };
    const transfer = await running(bob, of);
    await world.run(
      alice.peer.request('changeMember', { ...bobThere, change: { case: 'kick', value: { reason: '' } } }),
    );
    expect((await carrying.ended(bob, transfer)).code).toBe(ErrorCode.PERMISSION_DENIED);
    await talk.join(bob);
    const again = await running(bob, of);
    await world.run(bob.peer.request('leaveRoom', { room: numbered(talk.room) }));
    expect((await carrying.ended(bob, again)).code).toBe(ErrorCode.PERMISSION_DENIED);
  });

  test('[DOWNLOAD-4] F1: a file that is declined is nobody’s any more, also while its sender fetches it', async () => {
    const of = await offeredDirect(carrying.bytes(40 * CHUNK));
    const transfer = await running(alice, of);
    await change(bob, of, decline);
    expect((await carrying.ended(alice, transfer)).code).toBe(ErrorCode.FILE_GONE);
  });

  test('[DOWNLOAD-5] F4: a peer that acknowledges nothing loses it; one that ends it gets nothing more', async () => {
    const of = await offered(carrying.bytes(40 * CHUNK));
    const stalled = await running(bob, of);
    await world.clock.advance(66_000);
    expect(bob.peer.pushed('endTransfer')).toMatchObject([
      { transfer: stalled, code: ErrorCode.TRANSFER_STALLED },
    ]);
    const transfer = await running(bob, of);
    bob.peer.notify('endTransfer', { transfer });
    await world.clock.advance(50);
    const before = held(bob, transfer);
    bob.peer.notify('fileProgress', { transfer, received: before, credit: 40 * CHUNK });
    await world.clock.advance(50);
    expect(held(bob, transfer)).toBe(before);
    expect(await carrying.download(bob, of)).toHaveLength(40 * CHUNK);
  });

  test('[DOWNLOAD-5] F4: the connection ends, and nothing is left of its transfers', async () => {
    const of = await offered(carrying.bytes(40 * CHUNK));
    await running(bob, of);
    bob.peer.connection.abort();
    await world.clock.advance(5);
    const back = await world.device(bob);
    for (let count = 0; count < TRANSFERS_MAX; count++) await carrying.startDownload(back, of);
    expect(await refused(back, of)).toBe(ErrorCode.LIMIT_REACHED);
  });
});
