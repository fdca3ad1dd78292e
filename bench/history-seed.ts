/** A million messages in a thousand rooms, through the store, in commits of 2,000. */
import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import {
  type DeviceNumber,
  inboxStream,
  LOBBY,
  type RoomNumber,
  roomStream,
  SERVER_DEVICE,
  type Sequence,
  type UserNumber,
} from '@sotto/model';
import { ContentSchema, EventKind, Role } from '@sotto/schema';
import {
  loadSecret,
  openStore,
  type Store,
  seedSession,
  seedUser,
  systemRandom,
} from '@sotto/server/testing';
import { at } from './fan-out.ts';
import { Words } from './history-words.ts';
import type { Credentials } from './seed.ts';

export const MESSAGES = 1_000_000;
/** The lobby among them. */
export const ROOMS = 1_000;
/** The one that has 100,000 of the messages. */
export const BIG_ROOM = 2 as RoomNumber;
const BIG_SHARE = 0.1;
const COMMIT = 2_000;
const SENDERS = 500;
const LINK_SHARE = 0.03;
/** Half a minute between two messages: about a year. */
const STEP_MS = 30_000;
const SESSIONS = 12;

export interface Asker {
  /** How many rooms it is in. */
  rooms: number;
  /** One of them. */
  room: number;
  /** One for each time it logs in. */
  credentials: Credentials[];
}

export interface Seeded {
  askers: Asker[];
  firstMs: number;
  lastMs: number;
  appendSeconds: number;
  indexSeconds: number;
}

/** In few rooms, which are small; in every tenth; in three of four; and one who has read all of that but the last few. */
const MEMBER_OF: readonly ((room: number) => boolean)[] = [
  (room) => room > 900 && room <= 904,
  (room) => room % 10 === 2 && room <= 992,
  (room) => room <= 750,
  (room) => room <= 750,
];
const READER = 3;
const UNREAD = 20;

export async function seedHistory(directory: string): Promise<Seeded> {
  await loadSecret(directory, false);
  const store = await openStore({
    url: join(directory, 'sotto.db'),
    inThread: true,
    uuid: () => crypto.randomUUID(),
  });
  const words = new Words(5);
  const lastMs = Date.now();
  const firstMs = lastMs - MESSAGES * STEP_MS;
  for (let user = 1; user <= SENDERS; user++) await seedUser(store, systemRandom, `sender${user}x`, firstMs);
  const users = await Promise.all(
    MEMBER_OF.map((_, index) => seedUser(store, systemRandom, `asker${index}x`, firstMs)),
  );
  await makeRooms(
    store,
    users.map(({ number }) => number),
    firstMs,
  );
  const appendSeconds = await seconds(() => appendAll(store, words, firstMs));
  const indexSeconds = await seconds(async () => {
    while (await store.search.index(COMMIT));
  });
  await readAll(store, at(users, READER).number);
  const askers: Asker[] = [];
  for (const [index, user] of users.entries()) {
    const credentials: Credentials[] = [];
    for (let session = 0; session < SESSIONS; session++) {
      const { token, deviceKey } = await seedSession(store, systemRandom, user, lastMs);
      credentials.push({
        user: user.number,
        token: token.toHex(),
        deviceKey: deviceKey.toHex(),
        inbox: inboxStream(user.number),
      });
    }
    const rooms = roomsOf(index);
    askers.push({ rooms: rooms.length + 1, room: rooms[0] ?? LOBBY, credentials });
  }
  await store.close();
  const seeded = { askers, firstMs, lastMs, appendSeconds, indexSeconds };
  await writeFile(join(directory, 'history.json'), JSON.stringify(seeded));
  return seeded;
}

async function readAll(store: Store, user: UserNumber): Promise<void> {
  for (const room of [LOBBY, ...roomsOf(READER)]) {
    const stream = roomStream(room as RoomNumber);
    const { head } = await store.events.stream(stream);
    const position = Math.max(0, head - UNREAD) as Sequence;
    await store.rooms.saveProgress([
      { stream, user, device: SERVER_DEVICE, delivered: position, read: position },
    ]);
  }
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

/** Without the lobby, where everybody is. */
const roomsOf = (asker: number): number[] =>
  Array.from({ length: ROOMS - 1 }, (_, index) => index + 2).filter((room) => MEMBER_OF[asker]?.(room));

async function makeRooms(store: Store, askers: readonly UserNumber[], timeMs: number): Promise<void> {
  for (let count = 1; count < ROOMS; count++) {
    const room = await store.rooms.allocateRoomNumber();
    const name = `room-${room}`;
    const members = askers.filter((_, asker) => MEMBER_OF[asker]?.(room));
    await store.events.append([
      {
        events: [event(room, 1, EventKind.ROOM_CREATED, timeMs, new Uint8Array())],
        changes: [
          {
            kind: 'roomCreated',
            room,
            roomKind: 'public',
            name,
            nameKey: name,
            directUsers: undefined,
            timeMs,
          },
          ...members.map((user) => ({
            kind: 'memberSet' as const,
            room,
            user,
            role: 'member' as const,
            timeMs,
          })),
        ],
      },
    ]);
  }
}

async function appendAll(store: Store, words: Words, firstMs: number): Promise<void> {
  for (let from = 0; from < MESSAGES; from += COMMIT) {
    const events = Array.from({ length: COMMIT }, (_, index) => {
      const link = words.random() < LINK_SHARE ? ' https://sotto.example/page' : '';
      const content = create(ContentSchema, {
        content: { case: 'plain', value: `${words.sentence()}${link}` },
      });
      const timeMs = firstMs + (from + index) * STEP_MS;
      const sender = 1 + Math.floor(words.random() ** 2 * SENDERS);
      return event(roomFor(words), sender, EventKind.MESSAGE, timeMs, toBinary(ContentSchema, content));
    });
    await store.events.append([{ events, changes: [] }]);
  }
}

/** Most is said in few of the rooms. */
function roomFor(words: Words): RoomNumber {
  if (words.random() < BIG_SHARE) return BIG_ROOM;
  const others = Math.floor(words.random() ** 2 * (ROOMS - 1));
  return (others === 0 ? LOBBY : others + 2) as RoomNumber;
}

function event(room: RoomNumber, sender: number, kind: EventKind, timeMs: number, content: Uint8Array) {
  const salt = new Uint8Array(randomBytes(16));
  return {
    stream: roomStream(room),
    kind,
    sender: sender as UserNumber,
    device: 0 as DeviceNumber,
    timeMs,
    relatesTo: 0,
    thread: 0,
    role: Role.MEMBER,
    countsUnread: kind === EventKind.MESSAGE,
    digest: new Uint8Array(createHash('sha256').update(salt).update(content).digest()),
    salt,
    content,
    clientMessageId: kind === EventKind.MESSAGE ? new Uint8Array(randomBytes(16)) : undefined,
  };
}
