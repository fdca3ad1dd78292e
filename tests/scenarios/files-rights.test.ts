/** Who gets a file and who does not, and when it is gone: through the public SDK, at a real server (F1, F2, F4). */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type Sent, type SentDirect, SottoError } from '@sotto/client/node';
import type { RoomNumber, Sequence } from '@sotto/model';
import { ErrorCode } from '@sotto/schema';
import { drained, fetched, freshBytes, keptFiles, noneOf, sha256 } from './support/files.ts';
import { type Guest, type House, openHouse } from './support/house.ts';

const TIMEOUT_MS = 60_000;
const KIB = 1024;
const SIZE = 300 * KIB;
const QUOTA = 4 * KIB * KIB;

let house: House;
let alice: Guest;
let bob: Guest;
let cam: Guest;
let room: RoomNumber;

beforeAll(async () => {
  house = await openHouse({
    people: { alice: 'udp', bob: 'tls', cam: 'websocket' },
    flags: ['--file-quota-account', '4M', '--file-max', '3M'],
  });
  alice = house.guest('alice');
  bob = house.guest('bob');
  cam = house.guest('cam');
  room = (await alice.client.createRoom('papers')).number;
  await bob.client.joinRoom(room);
}, TIMEOUT_MS);
afterAll(() => house.close());

async function code(task: Promise<unknown>): Promise<ErrorCode | undefined> {
  return task.then(
    () => undefined,
    (error) => (error instanceof SottoError ? error.code : Promise.reject(error)),
  );
}

const offer = (by: Guest, bytes: Uint8Array<ArrayBuffer>, name = 'paper.pdf'): Promise<Sent> =>
  by.client.sendFile(room, new Blob([bytes]), { name });

function sentTo({ outcomes }: SentDirect): { room: RoomNumber; sequence: Sequence } {
  const sent = outcomes[0]?.sent;
  if (sent === undefined) throw new Error(`not sent: ${outcomes[0]?.delivery}`);
  return sent;
}

const offerDirect = async (bytes: Uint8Array<ArrayBuffer>) =>
  sentTo(await alice.client.sendFileDirect(['bob'], new Blob([bytes]), { name: 'for bob.bin' }));

test(
  'F1: the recipient of a direct message accepts a file before it gets any of it, and the sender is told',
  async () => {
    const bytes = freshBytes(SIZE);
    const { room: direct, sequence } = await offerDirect(bytes);
    await bob.hears('message', ({ message }) => message.room.number === direct);
    expect(await code(bob.client.fetchFile(direct, sequence).then(drained))).toBe(
      ErrorCode.FILE_NOT_ACCEPTED,
    );
    expect(await code(bob.client.fileLink(direct, sequence))).toBe(ErrorCode.FILE_NOT_ACCEPTED);
    expect(await code(alice.client.acceptFile(direct, sequence))).toBe(ErrorCode.PERMISSION_DENIED);
    await bob.client.acceptFile(direct, sequence);
    expect((await fetched(bob.client, direct, sequence)).sha256).toBe(sha256(bytes));
    const { messages } = await alice.client.messages(direct);
    expect(messages.find((message) => message.sequence === sequence)?.file?.answer).toBe('accepted');
  },
  TIMEOUT_MS,
);

test(
  'F1: a file that the recipient declines is gone for both, bytes and all',
  async () => {
    const bytes = freshBytes(SIZE);
    const { room: direct, sequence } = await offerDirect(bytes);
    expect(await keptFiles(house.directory)).toContain(sha256(bytes));
    await bob.client.declineFile(direct, sequence);
    for (const { client } of [alice, bob])
      expect(await code(client.fetchFile(direct, sequence).then(drained))).toBe(ErrorCode.FILE_GONE);
    expect(await code(bob.client.acceptFile(direct, sequence))).toBe(ErrorCode.FILE_GONE);
    await noneOf(house.directory, [sha256(bytes)]);
  },
  TIMEOUT_MS,
);

test(
  'F1: deleting a message deletes its file, once no other message offers it',
  async () => {
    const bytes = freshBytes(SIZE);
    const first = await offer(alice, bytes);
    const second = await offer(bob, bytes);
    await alice.client.delete(room, first.sequence);
    expect(await code(bob.client.fetchFile(room, first.sequence).then(drained))).toBe(ErrorCode.FILE_GONE);
    expect((await fetched(alice.client, room, second.sequence)).sha256).toBe(sha256(bytes));
    await bob.client.delete(room, second.sequence);
    await noneOf(house.directory, [sha256(bytes)]);
  },
  TIMEOUT_MS,
);

test(
  'F1: a download ends when its message is deleted',
  async () => {
    const bytes = freshBytes(2 * KIB * KIB);
    const { sequence } = await offer(alice, bytes);
    const { stream } = await bob.client.fetchFile(room, sequence);
    const reader = stream.getReader();
    expect((await reader.read()).done).toBe(false);
    await alice.client.delete(room, sequence);
    const readOn = async () => {
      while (!(await reader.read()).done);
    };
    // What was on its way already may be all of it that was left to read; it is never more than the window.
    await Bun.sleep(300);
    expect(await code(readOn())).toBe(ErrorCode.FILE_GONE);
    await noneOf(house.directory, [sha256(bytes)]);
  },
  TIMEOUT_MS,
);

test(
  'F1: who is not in the room gets nothing of its files, also who was',
  async () => {
    const bytes = freshBytes(SIZE);
    const secret = (await alice.client.createRoom('locked', { private: true })).number;
    await alice.client.addMember(secret, 'bob');
    const { sequence } = await alice.client.sendFile(secret, new Blob([bytes]), { name: 'a' });
    expect(await code(cam.client.fetchFile(secret, sequence).then(drained))).toBe(ErrorCode.NOT_FOUND);
    expect((await fetched(bob.client, secret, sequence)).sha256).toBe(sha256(bytes));
    await alice.client.moderation.kick(secret, 'bob');
    expect(await code(bob.client.fetchFile(secret, sequence).then(drained))).toBe(ErrorCode.NOT_FOUND);
    await alice.client.delete(secret, sequence);
  },
  TIMEOUT_MS,
);

test(
  'F2: an account that has used up its room is told so, and has it back once it deletes something',
  async () => {
    const before = await cam.client.fileUsage();
    expect(before).toMatchObject({ usedBytes: 0, accountMaxBytes: QUOTA, fileMaxBytes: 3 * KIB * KIB });
    await cam.client.joinRoom(room);
    const large = freshBytes(3 * KIB * KIB);
    const { sequence } = await offer(cam, large, 'large');
    expect((await cam.client.fileUsage()).usedBytes).toBe(large.length);
    expect(await code(offer(cam, freshBytes(2 * KIB * KIB), 'more'))).toBe(ErrorCode.QUOTA_EXCEEDED);
    expect(await code(offer(cam, freshBytes(3 * KIB * KIB + 1), 'too large'))).toBe(ErrorCode.FILE_TOO_LARGE);
    await cam.client.delete(room, sequence);
    await offer(cam, freshBytes(2 * KIB * KIB), 'more');
    await noneOf(house.directory, [sha256(large)]);
  },
  TIMEOUT_MS,
);

test(
  'F4: a link for a browser works once, as an attachment that runs nothing',
  async () => {
    const bytes = freshBytes(SIZE);
    const name = 'évil"; filename=x.html\u202E.svg';
    const { sequence } = await offer(alice, bytes, name);
    const { path } = await bob.client.fileLink(room, sequence);
    const url = `https://127.0.0.1:${house.server.ports.websocket}${path}`;
    const get = () => fetch(url, { tls: { rejectUnauthorized: false } });
    const answer = await get();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename="[^"\\]+"; filename\*=UTF-8''/,
    );
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(sha256(new Uint8Array(await answer.arrayBuffer()))).toBe(sha256(bytes));
    expect((await get()).status).toBe(404);
    await alice.client.delete(room, sequence);
  },
  TIMEOUT_MS,
);
