/** One session that goes from one transport to the next while the server still holds the connection before (T12, T14). */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { type RoomNumber, roomStream } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ContentSchema, ErrorCode, EventKind } from '@sotto/schema';
import type { Peer, SeededSession } from '@sotto/server/testing';
import { seedAccounts } from './support/accounts.ts';
import { startOnePort } from './support/one-port.ts';
import { dialPeer, eventually, type Resumed, resumeOver, WAYS, type Way } from './support/peers.ts';
import { type ServerProcess, startServer } from './support/server.ts';

const TIMEOUT_MS = 60_000;

/** In the order in which the accounts are made. */
const ALICE = 0;
const BOB = 1;
const CAM = 2;

let directory: string;
let server: ServerProcess;
let sessions: SeededSession[];
let opened: Peer[];
let bob: Peer;
let room: number;
let stream: number;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sotto-merge-'));
  sessions = await seedAccounts(join(directory, 'data'), ['alice', 'bob', 'cam']);
  server = await startServer({ directory: join(directory, 'data') });
});
afterAll(async () => {
  await server.kill('SIGTERM');
  await rm(directory, { recursive: true, force: true });
});
beforeEach(async () => {
  opened = [];
  bob = (await resume('tls', BOB)).peer;
  const { membership } = await bob.request('createRoom', { name: `tea-${crypto.randomUUID().slice(0, 8)}` });
  room = membership?.room?.number ?? 0;
  stream = roomStream(room as RoomNumber);
  await follow(bob, 0);
});
afterEach(() => {
  for (const peer of opened) peer.connection.abort();
});

/** Keeps the token for the next time. */
async function resume(way: Way, whose: number, port = server.ports[way], generation = 0): Promise<Resumed> {
  const resumed = await resumeOver(way, port, sessionOf(whose), generation);
  sessions[whose] = resumed.session;
  opened.push(resumed.peer);
  return resumed;
}

function sessionOf(whose: number): SeededSession {
  const session = sessions[whose];
  if (session === undefined) throw new Error('nobody');
  return session;
}

const enter = (peer: Peer) =>
  peer.request('joinRoom', { room: { reference: { case: 'number', value: room } } });
const follow = (peer: Peer, after: number) => peer.request('subscribe', { cursors: [{ stream, after }] });
const messagesTo = (peer: Peer) => peer.eventsOf(stream).filter(({ kind }) => kind === EventKind.MESSAGE);

const newId = (): Uint8Array => crypto.getRandomValues(new Uint8Array(16));

/** Undefined where another connection took the session over before the answer came. */
async function send(peer: Peer, clientMessageId: Uint8Array = newId()) {
  const content = toBinary(ContentSchema, create(ContentSchema, { content: { case: 'plain', value: 'hi' } }));
  try {
    return (await peer.request('sendMessage', { room, clientMessageId, content })).sequence;
  } catch (error) {
    if (error instanceof SottoError && error.code === ErrorCode.SESSION_TAKEN_OVER) return undefined;
    throw error;
  }
}

/** What a client does that moves: it sends again what nobody answered, and reads on where it stands. */
class Traveller {
  readonly accepted = new Map<string, number>();
  readonly #unanswered = new Map<string, Uint8Array>();
  /** Sequences of the room as they were handed over. */
  readonly seen: number[] = [];

  say(peer: Peer): void {
    const id = newId();
    this.#unanswered.set(id.toHex(), id);
    void this.#send(peer, id);
  }

  /** From the old connection, which has ended, to the new one. */
  async move(from: Peer, to: Peer): Promise<void> {
    this.seen.push(...from.eventsOf(stream).map(({ sequence }) => sequence));
    await follow(to, this.seen.at(-1) ?? 0);
    for (const id of this.#unanswered.values()) void this.#send(to, id);
  }

  get said(): number {
    return this.accepted.size + this.#unanswered.size;
  }

  get settled(): boolean {
    return this.#unanswered.size === 0;
  }

  async #send(peer: Peer, id: Uint8Array): Promise<void> {
    const sequence = await send(peer, id);
    if (sequence === undefined) return;
    this.accepted.set(id.toHex(), sequence);
    this.#unanswered.delete(id.toHex());
  }
}

test(
  `[SESSION-9] T12: a session goes from TLS over ${WAYS.join(', ')} while the server holds the connection before: nothing is lost, nothing comes twice`,
  async () => {
    const traveller = new Traveller();
    let alice = await resume('tls', ALICE);
    await enter(alice.peer);
    await follow(alice.peer, 0);
    const talk = setInterval(() => void send(bob), 3);
    for (const way of [...WAYS, ...WAYS.toReversed()]) {
      for (let count = 0; count < 20; count++) traveller.say(alice.peer);
      const before = alice;
      const tokenBefore = sessionOf(ALICE);
      const late = await dialPeer('tls', server.ports.tls);
      opened.push(late);
      alice = await resume(way, ALICE, server.ports[way], before.generation + 2);
      expect((await eventually(() => before.peer.ended))?.code).toBe(ErrorCode.SESSION_TAKEN_OVER);
      await eventually(() => before.peer.closeReason);
      await traveller.move(before.peer, alice.peer);
      expect((await alice.peer.request('statusRequest', {})).transport).toBe(way);
      // One that was given up before says what it had to say only now.
      const tooLate = late.resume(tokenBefore, before.generation + 1);
      expect(await tooLate.catch(({ code }: SottoError) => code)).toBe(ErrorCode.SESSION_TAKEN_OVER);
    }
    clearInterval(talk);
    await eventually(() => traveller.settled || undefined);
    const last = (await send(bob)) ?? 0;
    await eventually(() => alice.peer.eventsOf(stream).at(-1)?.sequence === last || undefined);
    await traveller.move(alice.peer, alice.peer);

    expect(traveller.seen).toEqual(Array.from({ length: last }, (_, index) => index + 1));
    const own = messagesTo(bob).filter(({ sender }) => sender === sessionOf(ALICE).user.number);
    expect(traveller.said).toBe(20 * 2 * WAYS.length);
    expect(own.map(({ sequence }) => sequence)).toEqual(
      [...traveller.accepted.values()].toSorted((one, other) => one - other),
    );
  },
  TIMEOUT_MS,
);

test.each(WAYS.filter((way) => way === 'udp' || way === 'quic'))(
  '[SESSION-10] T14: a new user on a port of %s that another has silently left is never taken for that one',
  async (way) => {
    const nat = await startOnePort(server.ports[way]);
    const alice = await resume(way, ALICE, await nat.next());
    await enter(alice.peer);
    // All that was said before comes first.
    const { heads } = await follow(alice.peer, 0);
    const heard = heads[0]?.head ?? 0;
    await eventually(() => alice.peer.eventsOf(stream).length === heard || undefined);
    const cam = await resume(way, CAM, await nat.next());
    expect((await cam.peer.request('statusRequest', {})).user).toBe(sessionOf(CAM).user.number);
    await enter(cam.peer);
    await follow(cam.peer, 0);
    const sequences = [await send(bob), await send(cam.peer)];
    await eventually(() => messagesTo(cam.peer).length === 2 || undefined);
    expect(messagesTo(cam.peer).map(({ sequence }) => sequence as number | undefined)).toEqual(sequences);
    expect(alice.peer.eventsOf(stream)).toHaveLength(heard);

    // The server still holds her dead connection; it is replaced at once, and his is left alone.
    const back = await resume('tls', ALICE);
    expect(back.generation).toBe(alice.generation + 1);
    await send(back.peer);
    await eventually(() => messagesTo(bob).length === 3 || undefined);
    expect(messagesTo(bob).map(({ sender }) => sender)).toEqual(
      [BOB, CAM, ALICE].map((who): number => sessionOf(who).user.number),
    );
    expect((await cam.peer.request('statusRequest', {})).generation).toBe(cam.generation);
    nat.close();
  },
  TIMEOUT_MS,
);

test(
  '[SESSION-10] T14: users behind one address, each on several transports at once, are told apart',
  async () => {
    const all = await Promise.all(
      [ALICE, CAM].map(async (who, index) => {
        const { peer } = await resume(WAYS[index] ?? 'udp', who);
        await enter(peer);
        return { who, peer };
      }),
    );
    await Promise.all(all.flatMap(({ peer }) => Array.from({ length: 20 }, () => send(peer))));
    await eventually(() => messagesTo(bob).length === 40 || undefined);
    for (const { who, peer } of all) {
      const { user } = sessionOf(who);
      expect((await peer.request('statusRequest', {})).user).toBe(user.number);
      expect(messagesTo(bob).filter(({ sender }) => sender === user.number)).toHaveLength(20);
    }
  },
  TIMEOUT_MS,
);
