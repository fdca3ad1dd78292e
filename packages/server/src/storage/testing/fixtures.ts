import type {
  DeviceNumber,
  RoomNumber,
  RoomRole,
  Sequence,
  SessionId,
  StreamId,
  UserNumber,
  UserUuid,
} from '@sotto/model';
import { EventKind, Role } from '@sotto/schema';
import type { NewSession, NewUser, SessionRecord } from '../../accounts/store.ts';
import type { NewAssistant } from '../../assistants/store.ts';
import type { Append, AppendResult, DerivedChange, NewEvent } from '../../events/store.ts';
import type { RoomRecord } from '../../rooms/store.ts';
import type { Store } from '../store.ts';

/** A database somewhere that tests may open, close and open again. */
export interface Place {
  open(): Promise<Store>;
  remove(): Promise<void>;
}

export interface Backend {
  /** For test titles. */
  name: string;
  /** An empty place. */
  create(): Promise<Place>;
}

export async function withStore(backend: Backend, test: (store: Store) => Promise<void>): Promise<void> {
  const place = await backend.create();
  try {
    const store = await place.open();
    try {
      await test(store);
    } finally {
      await store.close();
    }
  } finally {
    await place.remove();
  }
}

/**
 * What `promise` rejects with. Not `expect().rejects`: that waits in an event loop of its own, where the replies of a
 * worker do not come in.
 */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'nothing',
    (error: unknown) => error,
  );
}

export const user = (number: number): UserNumber => number as UserNumber;
export const device = (number: number): DeviceNumber => number as DeviceNumber;
export const room = (number: number): RoomNumber => number as RoomNumber;
export const stream = (id: number): StreamId => id as StreamId;
export const sequence = (position: number): Sequence => position as Sequence;

/** `length` bytes that all differ from those of another `tag`. */
export function bytes(length: number, tag: number | string): Uint8Array {
  return new Uint8Array(new Bun.CryptoHasher('sha512').update(String(tag)).digest()).subarray(0, length);
}

export const messageId = (tag: number | string): Uint8Array => bytes(16, tag);

export function newEvent(of: Partial<NewEvent> = {}): NewEvent {
  return {
    stream: stream(8),
    kind: EventKind.MESSAGE,
    sender: user(3),
    device: device(7),
    timeMs: 1_700_000_000_000,
    relatesTo: 0,
    thread: 0,
    role: Role.MEMBER,
    countsUnread: true,
    digest: bytes(32, 'digest'),
    salt: bytes(16, 'salt'),
    content: bytes(40, 'content'),
    clientMessageId: undefined,
    ...of,
  };
}

export const append = (events: readonly NewEvent[], of: Omit<Partial<Append>, 'events'> = {}): Append => ({
  events,
  changes: [],
  ...of,
});

/** Appends alone in its batch. */
export async function appendOne(store: Store, one: Append): Promise<AppendResult> {
  const [result] = await store.events.append([one]);
  if (result === undefined) throw new Error('append gave no result');
  return result;
}

export function roomCreated(number: number, of: Partial<RoomCreated> = {}): RoomCreated {
  return {
    kind: 'roomCreated',
    room: room(number),
    roomKind: 'public',
    name: `room ${number}`,
    nameKey: `room ${number}`,
    directUsers: undefined,
    timeMs: 5,
    ...of,
  };
}
type RoomCreated = Extract<DerivedChange, { kind: 'roomCreated' }>;

/** What `rooms.room` answers of a new room. */
export const roomRecord = (number: number, of: Partial<RoomRecord> = {}): RoomRecord => ({
  number: room(number),
  kind: 'public',
  name: `room ${number}`,
  directUsers: undefined,
  createdMs: 5,
  settings: {
    topic: '',
    slowModeSeconds: 0,
    retentionDays: 0,
    archived: false,
    history: 'all',
    assistants: 'allowed',
    assistantInstructions: '',
  },
  ...of,
});

export const memberSet = (inRoom: number, member: number, role: RoomRole = 'member'): DerivedChange => ({
  kind: 'memberSet',
  room: room(inRoom),
  user: user(member),
  role,
  timeMs: 6,
});

export function newUser(name: string, of: Partial<NewUser> = {}): NewUser {
  return {
    uuid: Bun.randomUUIDv7() as UserUuid,
    name,
    nameKey: name.toLowerCase(),
    nameSkeleton: name.toLowerCase().replaceAll('l', '1'),
    registrationRecord: bytes(48, name),
    createdMs: 1_000,
    ...of,
  };
}

export const newAssistant = (name: string, of: Partial<NewAssistant> = {}): NewAssistant => ({
  uuid: Bun.randomUUIDv7() as UserUuid,
  name,
  nameKey: name.toLowerCase(),
  nameSkeleton: name.toLowerCase().replaceAll('l', '1'),
  provider: undefined,
  url: undefined,
  keyVariable: undefined,
  model: undefined,
  prompt: undefined,
  createdMs: 1_000,
  ...of,
});

/** Numbers follow the order: 1, 2, 3 in a new store. */
export async function createUsers(store: Store, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    const result = await store.accounts.createUser(newUser(name));
    if (result.kind !== 'created') throw new Error(`${name}: ${result.kind}`);
  }
}

export function newSession(tag: string, of: Partial<NewSession> = {}): NewSession {
  return {
    id: `session-${tag}` as SessionId,
    user: user(1),
    deviceKey: bytes(32, `device ${tag}`),
    deviceName: `phone ${tag}`,
    agent: 'test/1',
    tokenHash: bytes(32, `token ${tag}`),
    nowMs: 10_000,
    ...of,
  };
}

/** A session that nothing keeps from beginning. */
export async function started(accounts: Store['accounts'], session: NewSession): Promise<SessionRecord> {
  const result = await accounts.startSession(session);
  if (result.kind !== 'started') throw new Error(result.kind);
  return result.session;
}
