/** Uploads over connections (F1, F2, F4). */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { TRANSFERS_MAX, type UserNumber } from '@sotto/model';
import { ErrorCode } from '@sotto/schema';
import { sha256Of } from '../digest.ts';
import { digestKey } from '../files/keys.ts';
import { Carrying, CHUNK, piecesOf } from '../testing/carrying.ts';
import { Talk } from '../testing/talk.ts';
import { createWorld, type LoggedIn, refusal, type World } from '../testing/world.ts';

const FILE_MAX = 20 * CHUNK;
const ACCOUNT_MAX = 30 * CHUNK;

let world: World;
let talk: Talk;
let alice: LoggedIn;
let bob: LoggedIn;
let carrying: Carrying;

beforeEach(async () => {
  world = await createWorld({ files: { fileMax: FILE_MAX, accountMax: ACCOUNT_MAX } });
  ({ talk, alice, bob } = await Talk.ofTwo(world));
  carrying = new Carrying(world);
});
afterEach(async () => {
  expect(world.errors).toEqual([]);
  await world.close();
});

const usedBy = ({ number }: LoggedIn) => world.store.files.usedBy(number as UserNumber);

/** Starts an upload and sends so many of its chunks. */
async function begin(who: LoggedIn, bytes: Uint8Array, chunks: number): Promise<number> {
  const transfer = carrying.next();
  const { received, credit } = await carrying.start(who, bytes, transfer);
  await carrying.send(who, piecesOf(transfer, bytes, received).slice(0, chunks), credit);
  await world.clock.advance(5);
  return transfer;
}

describe('from the start to the end', () => {
  test.each([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5])(
    '[UPLOAD-1] [UPLOAD-4] F1: %d bytes are uploaded, and durable under their digest when Done comes',
    async (size) => {
      const bytes = carrying.bytes(size);
      const transfer = await carrying.upload(alice, bytes);
      expect(world.blobs.names).toEqual([digestKey(sha256Of(bytes))]);
      await carrying.finish(alice, transfer);
      expect(await usedBy(alice)).toBe(size);
    },
  );

  test('[UPLOAD-1] F2: what is no size, no digest or no new number is refused, and so is more than the limits', async () => {
    const { peer } = alice;
    const sha256 = new Uint8Array(32);
    const start = (fields: { size: number; sha256?: Uint8Array; transfer?: number }) =>
      refusal(world.run(peer.request('startUpload', { transfer: carrying.next(), sha256, ...fields })));
    for (const size of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])
      expect(await start({ size })).toBe(ErrorCode.ARGUMENT_INVALID);
    for (const length of [0, 31, 33])
      expect(await start({ size: 1, sha256: new Uint8Array(length) })).toBe(ErrorCode.ARGUMENT_INVALID);
    expect(await start({ size: FILE_MAX + 1 })).toBe(ErrorCode.FILE_TOO_LARGE);
    expect(await start({ size: FILE_MAX })).toBeUndefined();
    for (const transfer of [0, 1, carrying.next() - 1])
      expect(await start({ size: 1, transfer })).toBe(ErrorCode.ARGUMENT_INVALID);
    const other = sha256Of(sha256);
    expect(await start({ size: ACCOUNT_MAX - FILE_MAX + 1, sha256: other })).toBe(ErrorCode.QUOTA_EXCEEDED);
    expect(await usedBy(alice)).toBe(FILE_MAX);
  });

  test('[UPLOAD-4] F4: bytes of another digest are FILE_CORRUPT, and nothing of them is kept', async () => {
    const bytes = carrying.bytes(2 * CHUNK + 5);
    const transfer = carrying.next();
    const claimed = { transfer, sha256: new Uint8Array(32), size: bytes.length };
    const { credit } = await world.run(alice.peer.request('startUpload', claimed));
    await carrying.send(alice, piecesOf(transfer, bytes), credit);
    expect(await refusal(carrying.finish(alice, transfer))).toBe(ErrorCode.FILE_CORRUPT);
    expect([world.blobs.names, await usedBy(alice)]).toEqual([[], 0]);
    expect(await refusal(carrying.finish(alice, transfer))).toBe(ErrorCode.TRANSFER_BROKEN);
  });

  test('[UPLOAD-4] F4: what is not complete is not finished, and is gone on with', async () => {
    const bytes = carrying.bytes(3 * CHUNK);
    const transfer = await begin(alice, bytes, 2);
    expect(await refusal(carrying.finish(alice, transfer))).toBe(ErrorCode.TRANSFER_BROKEN);
    expect(await carrying.start(alice, bytes)).toMatchObject({ received: 2 * CHUNK });
    expect(await refusal(carrying.finish(alice, 99))).toBe(ErrorCode.TRANSFER_BROKEN);
  });

  test('[UPLOAD-4] F4: two that ask at once are both answered with Done', async () => {
    const bytes = carrying.bytes(2 * CHUNK);
    const transfer = await begin(alice, bytes, 2);
    await Promise.all([carrying.finish(alice, transfer), carrying.finish(alice, transfer)]);
    expect(world.blobs.names).toHaveLength(1);
  });

  test('[UPLOAD-5] F1: who has the file here sends nothing; who only knows its digest has to send it', async () => {
    const bytes = carrying.bytes(2 * CHUNK);
    await carrying.upload(alice, bytes);
    const again = carrying.next();
    expect(await carrying.start(alice, bytes, again)).toEqual(
      expect.objectContaining({ received: bytes.length }),
    );
    await carrying.finish(alice, again);
    expect(await carrying.start(bob, bytes)).toMatchObject({ received: 0 });
    await carrying.offer(alice, talk.room, bytes);
    expect(await carrying.start(alice, bytes)).toMatchObject({ received: bytes.length });
  });

  test('[UPLOAD-5] F1: two accounts upload the same bytes, each its own; one of them taking it back leaves the other’s', async () => {
    const bytes = carrying.bytes(2 * CHUNK);
    await carrying.upload(alice, bytes);
    const transfer = await carrying.upload(bob, bytes);
    bob.peer.notify('endTransfer', { transfer, discard: true });
    await world.clock.advance(5_000);
    expect(await usedBy(bob)).toBe(0);
    expect(world.blobs.names).toHaveLength(1);
    await carrying.offer(alice, talk.room, bytes);
  });
});

describe('going on', () => {
  test('[UPLOAD-3] F4: after the connection is lost the whole chunks are there, and only the rest is sent', async () => {
    const bytes = carrying.bytes(4 * CHUNK + 7);
    const transfer = carrying.next();
    const { credit } = await carrying.start(alice, bytes, transfer);
    const [first, second, third] = piecesOf(transfer, bytes);
    if (first === undefined || second === undefined || third === undefined) throw new Error('no pieces');
    const half = { transfer, offset: third.offset ?? 0, data: bytes.slice(2 * CHUNK, 2 * CHUNK + 100) };
    await carrying.send(alice, [first, second, half], credit);
    alice.peer.connection.abort();
    await world.clock.advance(5);
    const back = await world.device(alice);
    const again = carrying.next();
    const started = await carrying.start(back, bytes, again);
    expect(started.received).toBe(2 * CHUNK);
    await carrying.send(back, piecesOf(again, bytes, started.received), started.credit);
    await carrying.finish(back, again);
    const sequence = await carrying.offer(back, talk.room, bytes);
    expect(await carrying.download(bob, { room: talk.room, sequence })).toEqual(bytes);
  });

  test('[UPLOAD-2] F4: the latest connection has the upload; what the earlier one sent is written first', async () => {
    const bytes = carrying.bytes(4 * CHUNK);
    const writable = Promise.withResolvers<void>();
    world.blobs.writable = writable.promise;
    const transfer = await begin(alice, bytes, 3);
    const other = await world.device(alice);
    const starting = carrying.start(other, bytes);
    await world.clock.advance(10);
    expect(alice.peer.pushed('endTransfer')).toMatchObject([
      { transfer, code: ErrorCode.TRANSFER_ELSEWHERE },
    ]);
    writable.resolve();
    expect(await starting).toMatchObject({ received: 3 * CHUNK });
    alice.peer.notify('fileData', piecesOf(transfer, bytes)[3] ?? {});
    expect(await refusal(carrying.finish(alice, transfer))).toBe(ErrorCode.TRANSFER_BROKEN);
  });

  test('[UPLOAD-2] F4: many connections that begin the same at once: one has it', async () => {
    const bytes = carrying.bytes(2 * CHUNK);
    const devices = [alice, await world.device(alice), await world.device(alice)];
    const transfers = devices.map(() => carrying.next());
    await Promise.all(devices.map((device, place) => carrying.start(device, bytes, transfers[place])));
    const ended = devices.filter(({ peer }) => peer.pushed('endTransfer').length > 0);
    expect(ended).toHaveLength(2);
    const [holder] = devices.filter((device) => !ended.includes(device));
    if (holder === undefined) throw new Error('nobody has it');
    const transfer = transfers[devices.indexOf(holder)] ?? 0;
    await carrying.send(holder, piecesOf(transfer, bytes), CHUNK * 16);
    await carrying.finish(holder, transfer);
  });

  test('[TRANSFER-4] F4: a damaged chunk is asked for again; what was on its way is passed over; the fourth time is the end', async () => {
    const bytes = carrying.bytes(2 * CHUNK);
    const transfer = carrying.next();
    await carrying.start(alice, bytes, transfer);
    const [first = {}, second = {}] = piecesOf(transfer, bytes);
    const damaged = { ...first, data: carrying.bytes(CHUNK) };
    for (let tries = 1; tries <= 3; tries++) {
      alice.peer.notify('fileData', damaged);
      alice.peer.notify('fileData', second);
      await world.clock.advance(5);
      expect(alice.peer.pushed('fileProgress').filter(({ again }) => again)).toHaveLength(tries);
    }
    alice.peer.notify('fileData', damaged);
    expect((await carrying.ended(alice, transfer)).code).toBe(ErrorCode.FILE_CORRUPT);
    expect(await carrying.start(alice, bytes)).toMatchObject({ received: 0 });
  });
});

describe('ends', () => {
  test('[UPLOAD-7] F2: where there is no room an upload does not begin, or ends, and nothing of it stays', async () => {
    const bytes = carrying.bytes(4 * CHUNK);
    world.blobs.maxBytes = 3 * CHUNK;
    expect(await refusal(carrying.start(alice, bytes))).toBe(ErrorCode.STORAGE_FULL);
    expect([world.blobs.names, await usedBy(alice)]).toEqual([[], 0]);
    world.blobs.maxBytes = 4 * CHUNK;
    const transfer = await begin(alice, bytes, 2);
    world.blobs.maxBytes = 2 * CHUNK;
    alice.peer.notify('fileData', piecesOf(transfer, bytes)[2] ?? {});
    expect((await carrying.ended(alice, transfer)).code).toBe(ErrorCode.STORAGE_FULL);
    await world.clock.advance(5);
    expect([world.blobs.names, await usedBy(alice)]).toEqual([[], 0]);
  });

  test('[UPLOAD-8] F1: what its client ends is kept, or dropped where it says so, also after it has ended', async () => {
    const bytes = carrying.bytes(3 * CHUNK);
    const transfer = await begin(alice, bytes, 2);
    alice.peer.notify('endTransfer', { transfer });
    await world.clock.advance(5);
    expect(world.blobs.names).toHaveLength(1);
    alice.peer.notify('endTransfer', { transfer, discard: true });
    await world.clock.advance(5);
    expect([world.blobs.names, await usedBy(alice)]).toEqual([[], 0]);
    const another = await begin(alice, bytes, 2);
    alice.peer.notify('endTransfer', { transfer: another, discard: true });
    await world.clock.advance(5);
    expect([world.blobs.names, await usedBy(alice)]).toEqual([[], 0]);
  });

  test('[UPLOAD-8] F1: what is discarded while it is still being written goes too, and what another connection has stays', async () => {
    const bytes = carrying.bytes(3 * CHUNK);
    const writable = Promise.withResolvers<void>();
    world.blobs.writable = writable.promise;
    const transfer = await begin(alice, bytes, 2);
    alice.peer.notify('endTransfer', { transfer });
    alice.peer.notify('endTransfer', { transfer, discard: true });
    await world.clock.advance(5);
    writable.resolve();
    await world.clock.advance(5);
    expect([world.blobs.names, await usedBy(alice)]).toEqual([[], 0]);
    const taken = await begin(alice, bytes, 2);
    const other = await world.device(alice);
    await carrying.start(other, bytes);
    alice.peer.notify('endTransfer', { transfer: taken, discard: true });
    await world.clock.advance(5);
    expect(world.blobs.names).toHaveLength(1);
  });

  test('[UPLOAD-8] F1: who ends it while it starts leaves nothing under way', async () => {
    const bytes = carrying.bytes(3 * CHUNK);
    const transfer = carrying.next();
    const starting = refusal(carrying.start(alice, bytes, transfer));
    alice.peer.notify('endTransfer', { transfer, discard: true });
    expect(await starting).toBeOneOf([undefined, ErrorCode.TRANSFER_BROKEN]);
    await world.clock.advance(5);
    expect([world.blobs.names, await usedBy(alice)]).toEqual([[], 0]);
  });

  test('[UPLOAD-8] F1: a finished upload that is discarded can be offered no more', async () => {
    const bytes = carrying.bytes(2 * CHUNK);
    const transfer = await carrying.upload(alice, bytes);
    alice.peer.notify('endTransfer', { transfer, discard: true });
    await world.clock.advance(5_000);
    expect(await refusal(carrying.offer(alice, talk.room, bytes))).toBe(ErrorCode.FILE_GONE);
    expect([world.blobs.names, await usedBy(alice)]).toEqual([[], 0]);
  });

  test('[UPLOAD-9] F4: a client that sends nothing loses the transfer, not what is there; waiting for the disk is no fault of its', async () => {
    const bytes = carrying.bytes(3 * CHUNK);
    const transfer = await begin(alice, bytes, 1);
    await world.clock.advance(66_000);
    expect(alice.peer.pushed('endTransfer')).toMatchObject([{ transfer, code: ErrorCode.TRANSFER_STALLED }]);
    expect(await carrying.start(alice, bytes)).toMatchObject({ received: CHUNK });
    const writable = Promise.withResolvers<void>();
    world.blobs.writable = writable.promise;
    const other = carrying.bytes(2 * CHUNK);
    const waiting = await begin(alice, other, 2);
    await world.clock.advance(120_000);
    writable.resolve();
    await carrying.finish(alice, waiting);
  });

  test('[UPLOAD-10] F4: frames of what has ended are passed over; of what never started, or is the other direction, they are told', async () => {
    const bytes = carrying.bytes(2 * CHUNK);
    const transfer = await carrying.upload(alice, bytes);
    const [piece = {}] = piecesOf(transfer, bytes);
    for (let times = 0; times < 100; times++) alice.peer.notify('fileData', piece);
    alice.peer.notify('fileProgress', { transfer, received: 5 });
    await world.clock.advance(5);
    expect(alice.peer.pushed('endTransfer')).toEqual([]);
    alice.peer.notify('fileData', { ...piece, transfer: 99 });
    expect((await carrying.ended(alice, 99)).code).toBe(ErrorCode.TRANSFER_BROKEN);
    const own = await begin(alice, carrying.bytes(CHUNK), 0);
    alice.peer.notify('fileProgress', { transfer: own, received: 0, credit: 1 });
    expect((await carrying.ended(alice, own)).code).toBe(ErrorCode.TRANSFER_BROKEN);
    expect(alice.peer.closeReason).toBeUndefined();
  });

  test('[UPLOAD-10] F4: someone who never had a transfer may say what they want of one', async () => {
    for (const name of ['fileData', 'fileProgress', 'endTransfer'] as const)
      bob.peer.notify(name, { transfer: 7 });
    await world.clock.advance(5);
    expect(bob.peer.closeReason).toBeUndefined();
  });
});

describe('bounds', () => {
  test('[UPLOAD-6] F3: a connection has so many transfers at once, and a place is free when one ends', async () => {
    const places: number[] = [];
    for (let count = 0; count < TRANSFERS_MAX; count++) {
      places.push(carrying.next());
      await carrying.start(alice, carrying.bytes(10), places.at(-1));
    }
    expect(await refusal(carrying.start(alice, carrying.bytes(10)))).toBe(ErrorCode.LIMIT_REACHED);
    alice.peer.notify('endTransfer', { transfer: places[0] ?? 0 });
    expect(await refusal(carrying.start(alice, carrying.bytes(10)))).toBeUndefined();
  });

  test('[UPLOAD-6] [TRANSFER-6] F4: credit is a share of what all have; data beyond it end the transfer', async () => {
    const writable = Promise.withResolvers<void>();
    world.blobs.writable = writable.promise;
    const bytes = carrying.bytes(FILE_MAX);
    const transfer = carrying.next();
    const { credit } = await carrying.start(alice, bytes, transfer);
    expect(credit).toBe(16 * CHUNK);
    for (const piece of piecesOf(transfer, bytes).slice(0, 17)) alice.peer.notify('fileData', piece);
    expect((await carrying.ended(alice, transfer)).code).toBe(ErrorCode.TRANSFER_BROKEN);
    writable.resolve();
    for (let count = 0; count < TRANSFERS_MAX; count++) await carrying.start(bob, carrying.bytes(10));
    expect(await carrying.start(alice, bytes)).toMatchObject({ received: 0, credit: 11 * CHUNK });
    expect(await carrying.start(alice, carrying.bytes(10 * CHUNK))).toMatchObject({
      credit: 10 * CHUNK,
    });
  });
});
