/** What files may take, who may fetch them until when, and when they go; through frames (F1, F2). */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { type RoomNumber, UPLOAD_KEPT_MS, UPLOADS_MAX, type UserNumber } from '@sotto/model';
import { ErrorCode, HistoryAccess } from '@sotto/schema';
import type { DeletedAccounts } from '../accounts/policy.ts';
import { createAdmin } from '../admin/admin.ts';
import { sha256Of } from '../digest.ts';
import type { FileLimits } from '../files/usage.ts';
import { Asking, named, numbered } from '../testing/asking.ts';
import { Carrying, CHUNK, piecesOf } from '../testing/carrying.ts';
import { createWorld, type LoggedIn, type World } from '../testing/world.ts';

let world: World;
let asking: Asking;
let carrying: Carrying;
let alice: LoggedIn;
let bob: LoggedIn;
let tea: RoomNumber;

async function begin(files: Partial<FileLimits> = {}): Promise<void> {
  world = await createWorld({ files });
  asking = new Asking(world);
  carrying = new Carrying(world);
  [alice, bob] = [await world.user('alice'), await world.user('bob')];
  tea = await asking.room(alice, 'tea');
  await asking.enter(alice, bob, tea);
}

async function finish(): Promise<void> {
  await world.close();
  expect(world.errors).toEqual([]);
}

/** Above what is sent within messages. */
const SIZE = 100_000;
const SOON_MS = 5_000;
const SWEEP_MS = 5 * 60_000 + SOON_MS;

const kept = async (): Promise<number> => (await Array.fromAsync(world.blobs.blobs())).length;
const partials = async (): Promise<number> => (await Array.fromAsync(world.blobs.partials())).length;
const refusedStart = (who: LoggedIn, bytes: Uint8Array, size = bytes.length) =>
  asking.refused(who, 'startUpload', { transfer: carrying.next(), sha256: sha256Of(bytes), size });
const ofMessage = (room: number, sequence: number) => ({
  room,
  sequence,
  clientMessageId: world.random.bytes(16),
});
const remove = (who: LoggedIn, room: number, sequence: number) =>
  asking.ask(who, 'changeMessage', { ...ofMessage(room, sequence), change: { case: 'delete', value: {} } });
const answer = (who: LoggedIn, room: number, sequence: number, value: boolean) =>
  asking.ask(who, 'changeMessage', { ...ofMessage(room, sequence), change: { case: 'acceptFile', value } });
/** As it would be later by itself: time goes by slowly here. */
async function ages({ number }: LoggedIn, bytes: Uint8Array): Promise<void> {
  const user = number as UserNumber;
  const { files } = world.store;
  const sha256 = sha256Of(bytes);
  const upload = await world.run(files.upload(user, sha256));
  expect(upload?.expiresMs ?? 0).toBeGreaterThan(world.clock.now() + UPLOAD_KEPT_MS - 2 * SWEEP_MS);
  const aged = { user, sha256, sizeBytes: bytes.length, expiresMs: world.clock.now() + 1 };
  await world.run(files.reserve(aged, { accountMax: undefined, totalMax: undefined }));
}

/** By `sotto admin`, beside the server. */
async function removeAccount(name: string, policy: DeletedAccounts): Promise<void> {
  const { store, clock, random } = world;
  const admin = createAdmin({
    accounts: store.accounts,
    rooms: store.rooms,
    assistants: store.assistants,
    clock,
    random,
  });
  const user = await world.run(admin.findUser(name));
  if (user === undefined) throw new Error(`no ${name}`);
  await world.run(admin.deleteAccount(user, policy));
}
const refusedDownload = (who: LoggedIn, of: { room: number; sequence: number }) =>
  asking.refused(who, 'startDownload', { transfer: carrying.next(), credit: 2 ** 40, ...of });
const refusedLink = (who: LoggedIn, of: { room: number; sequence: number }) =>
  asking.refused(who, 'createFileLink', of);
const usage = async (who: LoggedIn) => {
  const { used, accountMax, fileMax } = await asking.ask(who, 'readFileUsage', {});
  return { used, accountMax, fileMax };
};
/** How the server ended the last transfer of a peer. */
const endOf = ({ peer }: LoggedIn): ErrorCode | undefined =>
  peer.pushes.findLast((push) => push.name === 'endTransfer')?.message.code;

describe('quotas', () => {
  afterEach(finish);

  test('[QUOTA-2] a file that is too large is refused before anything is sent', async () => {
    await begin({ fileMax: SIZE });
    const bytes = carrying.bytes(SIZE + 1);
    expect(await refusedStart(alice, bytes)).toBe(ErrorCode.FILE_TOO_LARGE);
    await carrying.upload(alice, bytes.subarray(1));
    for (const size of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60])
      expect(await refusedStart(alice, bytes, size)).toBeDefined();
    expect(await partials()).toBe(0);
  });

  test('[QUOTA-2] [QUOTA-3] [QUOTA-4] a declared size counts until the file goes, once for all its offers', async () => {
    await begin({ accountMax: 2 * SIZE, fileMax: 2 * SIZE });
    const [first, second] = [carrying.bytes(SIZE), carrying.bytes(SIZE)];
    await carrying.start(alice, first);
    expect(await usage(alice)).toEqual({ used: SIZE, accountMax: 2 * SIZE, fileMax: 2 * SIZE });
    await carrying.upload(alice, first);
    const offers = [await carrying.offer(alice, tea, first), await carrying.offer(alice, tea, first)];
    await carrying.upload(alice, second);
    expect((await usage(alice)).used).toBe(2 * SIZE);
    expect(await refusedStart(alice, carrying.bytes(1))).toBe(ErrorCode.QUOTA_EXCEEDED);
    // Of an upload that is there it is not asked again; others have quotas of their own.
    await carrying.upload(alice, second);
    await carrying.upload(bob, carrying.bytes(SIZE));
    for (const sequence of offers) await remove(alice, tea, sequence);
    expect((await usage(alice)).used).toBe(SIZE);
    await carrying.upload(alice, carrying.bytes(SIZE));
  });

  test('[QUOTA-2] all files together have a quota, and a full disk is the same; nothing half-written stays', async () => {
    await begin({ totalMax: 2 * SIZE });
    await carrying.upload(alice, carrying.bytes(SIZE));
    expect(await refusedStart(bob, carrying.bytes(SIZE + 1))).toBe(ErrorCode.STORAGE_FULL);
    world.blobs.maxBytes = SIZE + 100;
    expect(await refusedStart(bob, carrying.bytes(SIZE))).toBe(ErrorCode.STORAGE_FULL);
    expect(await partials()).toBe(0);
    expect((await usage(bob)).used).toBe(0);
    await carrying.upload(bob, carrying.bytes(100));
  });

  test('[QUOTA-2] uploads that are not finished are counted', async () => {
    await begin();
    for (let started = 0; started < UPLOADS_MAX; started++) {
      const transfer = carrying.next();
      await carrying.start(alice, carrying.bytes(SIZE), transfer);
      alice.peer.notify('endTransfer', { transfer });
      await world.clock.advance(5);
    }
    expect(await refusedStart(alice, carrying.bytes(SIZE))).toBe(ErrorCode.LIMIT_REACHED);
  });

  test('[QUOTA-3] [QUOTA-4] what is in messages does not count, and no limit is told as 0', async () => {
    await begin();
    const bytes = carrying.bytes(1_000);
    await carrying.offer(alice, tea, bytes, { inline: new Uint8Array(bytes) });
    expect(await usage(alice)).toEqual({ used: 0, accountMax: 0, fileMax: 0 });
  });
});

describe('answers and downloads', () => {
  beforeEach(() => begin());
  afterEach(finish);

  const offered = async (bytes = carrying.bytes(SIZE)) => {
    await carrying.upload(alice, bytes);
    return { bytes, ...(await carrying.offerDirect(alice, bob, bytes)) };
  };

  test('[ANSWER-3] before it is accepted only its sender fetches a file of a direct message', async () => {
    const { bytes, room, sequence } = await offered();
    expect(await refusedDownload(bob, { room, sequence })).toBe(ErrorCode.FILE_NOT_ACCEPTED);
    expect(await refusedLink(bob, { room, sequence })).toBe(ErrorCode.FILE_NOT_ACCEPTED);
    expect(await carrying.download(alice, { room, sequence })).toEqual(bytes);
    await answer(bob, room, sequence, true);
    expect(await carrying.download(bob, { room, sequence })).toEqual(bytes);
    expect(await refusedLink(bob, { room, sequence })).toBeUndefined();
  });

  test('[ANSWER-3] a sealed offer is no other, and one in a room needs no answer', async () => {
    const bytes = carrying.bytes(SIZE);
    await carrying.upload(alice, bytes);
    const inRoom = { room: tea, sequence: await carrying.offer(alice, tea, bytes) };
    expect(await carrying.download(bob, inRoom)).toEqual(bytes);
    const { outcomes } = await asking.ask(alice, 'sendDirect', {
      recipients: [named('bob')],
      clientMessageId: world.random.bytes(16),
      content: Uint8Array.of(0x12, 3, 1, 2, 3),
      file: sha256Of(bytes),
    });
    const direct = { room: outcomes[0]?.accepted?.room ?? 0, sequence: outcomes[0]?.accepted?.sequence ?? 0 };
    expect(await refusedDownload(bob, direct)).toBe(ErrorCode.FILE_NOT_ACCEPTED);
    await answer(bob, direct.room, direct.sequence, true);
    expect(await carrying.download(bob, direct)).toEqual(bytes);
  });

  test('[ANSWER-4] [UPKEEP-2] what is declined is there for nobody, and its bytes go soon', async () => {
    const { room, sequence } = await offered();
    await answer(bob, room, sequence, false);
    for (const who of [alice, bob]) {
      expect(await refusedDownload(who, { room, sequence })).toBe(ErrorCode.FILE_GONE);
      expect(await refusedLink(who, { room, sequence })).toBe(ErrorCode.FILE_GONE);
    }
    await world.clock.advance(SOON_MS);
    expect(await kept()).toBe(0);
  });

  test('[DOWNLOAD-1] texts, numbers of nothing and rooms of others are no files', async () => {
    const { sequence } = await asking.say(alice, tea, 'hi');
    for (const at of [sequence, 1, 0, 999, 2 ** 32 - 1])
      expect(await refusedDownload(bob, { room: tea, sequence: at })).toBe(ErrorCode.FILE_GONE);
    const secret = await asking.room(alice, 'secret', 'private');
    const bytes = carrying.bytes(SIZE);
    await carrying.upload(alice, bytes);
    const there = { room: secret, sequence: await carrying.offer(alice, secret, bytes) };
    expect(await refusedDownload(bob, there)).toBe(ErrorCode.NOT_FOUND);
    // What was said before one came is not for one to fetch either.
    await asking.enter(alice, bob, secret);
    expect(await refusedDownload(bob, there)).toBe(ErrorCode.FILE_GONE);
  });

  /** A download that waits for credit. */
  const waiting = async (who: LoggedIn, of: { room: number; sequence: number }) => {
    await carrying.startDownload(who, { ...of, credit: CHUNK });
    await world.clock.advance(50);
    expect(endOf(who)).toBeUndefined();
  };

  test('[DOWNLOAD-4] [HISTORY-1] a running download ends where the history that it is of is closed to its reader', async () => {
    const secret = await asking.room(alice, 'open', 'public');
    const bytes = carrying.bytes(3 * CHUNK);
    await carrying.upload(alice, bytes);
    const of = { room: secret, sequence: await carrying.offer(alice, secret, bytes) };
    await asking.ask(bob, 'joinRoom', { room: numbered(secret) });
    await waiting(bob, of);
    await waiting(alice, of);
    const settings = { history: HistoryAccess.SINCE_JOINED };
    await asking.ask(alice, 'changeRoom', { room: numbered(secret), settings });
    await world.clock.advance(SOON_MS);
    expect(endOf(bob)).toBe(ErrorCode.FILE_GONE);
    expect(endOf(alice)).toBeUndefined();
  });
});

describe('upkeep', () => {
  beforeEach(() => begin());
  afterEach(finish);

  test('[UPKEEP-1] an upload that nobody goes on with is given up after a day', async () => {
    const bytes = carrying.bytes(2 * CHUNK);
    const transfer = carrying.next();
    const { credit } = await carrying.start(alice, bytes, transfer);
    await carrying.send(alice, piecesOf(transfer, bytes).slice(0, 1), credit);
    alice.peer.notify('endTransfer', { transfer });
    await world.clock.advance(SWEEP_MS);
    expect(await partials()).toBe(1);
    expect((await usage(alice)).used).toBe(bytes.length);
    await ages(alice, bytes);
    await world.clock.advance(SWEEP_MS);
    expect((await usage(alice)).used).toBe(0);
    expect(await partials()).toBe(0);
  });

  test('[UPKEEP-1] [UPKEEP-2] a finished upload that nobody offers goes after a day, one that is offered stays', async () => {
    const [offered, forgotten] = [carrying.bytes(SIZE), carrying.bytes(SIZE)];
    for (const bytes of [offered, forgotten]) await carrying.upload(alice, bytes);
    const sequence = await carrying.offer(alice, tea, offered);
    await world.clock.advance(SWEEP_MS);
    expect(await kept()).toBe(2);
    await ages(alice, forgotten);
    await world.clock.advance(SWEEP_MS);
    expect(await kept()).toBe(1);
    expect(await carrying.download(bob, { room: tea, sequence })).toEqual(offered);
  });

  test('[UPKEEP-2] bytes go with the last message that offers them, whoever sent it', async () => {
    const bytes = carrying.bytes(SIZE);
    for (const who of [alice, bob]) await carrying.upload(who, bytes);
    const [first, second] = [await carrying.offer(alice, tea, bytes), await carrying.offer(bob, tea, bytes)];
    expect(await kept()).toBe(1);
    await remove(alice, tea, first);
    await world.clock.advance(SOON_MS);
    expect(await carrying.download(alice, { room: tea, sequence: second })).toEqual(bytes);
    await remove(bob, tea, second);
    await world.clock.advance(SOON_MS);
    expect(await kept()).toBe(0);
    // What comes again afterwards stays.
    await carrying.upload(bob, bytes);
    const third = await carrying.offer(bob, tea, bytes);
    await world.clock.advance(SWEEP_MS);
    expect(await carrying.download(alice, { room: tea, sequence: third })).toEqual(bytes);
  });

  test('[UPKEEP-2] an upload of what is being removed stays, however they fall together', async () => {
    const bytes = carrying.bytes(SIZE);
    for (let wait = 900; wait <= 1_010; wait += 10) {
      await carrying.upload(alice, bytes);
      const sequence = await carrying.offer(alice, tea, bytes);
      await remove(alice, tea, sequence);
      await world.clock.advance(wait);
      await carrying.upload(bob, bytes);
      const of = { room: tea, sequence: await carrying.offer(bob, tea, bytes) };
      await world.clock.advance(SOON_MS);
      expect(await carrying.download(alice, of)).toEqual(bytes);
      await remove(bob, tea, of.sequence);
      await world.clock.advance(SOON_MS);
      expect(await kept()).toBe(0);
    }
  });

  test('[UPKEEP-4] the uploads of an account that goes are given up, finished or not', async () => {
    const transfer = carrying.next();
    const bytes = carrying.bytes(2 * CHUNK);
    const { credit } = await carrying.start(bob, bytes, transfer);
    await carrying.send(bob, piecesOf(transfer, bytes).slice(0, 1), credit);
    await carrying.upload(bob, carrying.bytes(SIZE));
    const shared = carrying.bytes(SIZE);
    await carrying.upload(bob, shared);
    const sequence = await carrying.offer(bob, tea, shared);
    expect([await partials(), await kept()]).toEqual([1, 2]);
    await removeAccount('bob', 'keep');
    await world.clock.advance(SWEEP_MS);
    expect([await partials(), await kept()]).toEqual([0, 1]);
    expect(await carrying.download(alice, { room: tea, sequence })).toEqual(shared);
  });
});

test('[UPKEEP-2] [ERASE-3] erasing the messages of an account erases its files (A8)', async () => {
  world = await createWorld({ deleted: 'erase' });
  asking = new Asking(world);
  carrying = new Carrying(world);
  [alice, bob] = [await world.user('alice'), await world.user('bob')];
  tea = await asking.room(alice, 'tea');
  await asking.enter(alice, bob, tea);
  const bytes = carrying.bytes(SIZE);
  await carrying.upload(bob, bytes);
  const sequence = await carrying.offer(bob, tea, bytes);
  await removeAccount('bob', 'erase');
  await world.clock.advance(SOON_MS);
  expect(await refusedDownload(alice, { room: tea, sequence })).toBe(ErrorCode.FILE_GONE);
  expect(await kept()).toBe(0);
  await finish();
});
