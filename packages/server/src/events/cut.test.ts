/**
 * Who is removed never gets a later event (M10). Kicks, leaves and returns race with messages in the same commits, with
 * subscriptions, with readers that are slow, live or reading pages; the log itself says who was a member when.
 */
import { expect, test } from 'bun:test';
import type { DeviceNumber, RoomNumber, RoomRole, Sequence, StreamId, UserNumber } from '@sotto/model';
import { roomStream } from '@sotto/model';
import { decode, FrameReader } from '@sotto/protocol';
import { seededRandom } from '@sotto/protocol/testing';
import { EventKind } from '@sotto/schema';
import { openStore } from '../storage/open.ts';
import type { Store } from '../storage/store.ts';
import { encodeContent, newEvent } from './content.ts';
import type { Follower, FollowerSink } from './follower.ts';
import { EventLog } from './log.ts';
import type { Append, NewEvent } from './store.ts';

const USERS = 4;
const SEEDS = 150;
const STEPS = 60;

/** One device: what it got, and how far it is allowed to be pushed. */
class Device implements FollowerSink {
  writable = true;
  readonly got: { sequence: number; subscription: number }[] = [];
  readonly user: UserNumber;
  follower: Follower | undefined;
  /** How often its user had been removed when each subscription began. */
  readonly removedBefore: number[] = [];
  failure: unknown;
  readonly #reader = new FrameReader();

  constructor(user: UserNumber) {
    this.user = user;
    this.#reader.bodyMaxBytes = 2 ** 20;
  }

  write(frames: Uint8Array): void {
    const subscription = this.removedBefore.length - 1;
    this.#reader.push(frames, (frame) =>
      this.got.push({ sequence: decode('event', frame).sequence, subscription }),
    );
  }

  writeUnreliable(): void {}

  failed(error: unknown): void {
    this.failure = error;
  }

  ended(follower: Follower): void {
    if (this.follower === follower) this.follower = undefined;
  }
}

class Run {
  readonly log: EventLog;
  readonly devices: Device[] = [];
  /** As the directory has it: changed when the log is handed the change, and in its commit. */
  readonly members = new Set<UserNumber>();
  readonly removals = new Map<UserNumber, number>();
  readonly #room: RoomNumber;
  readonly #below: (most: number) => number;
  readonly #random: ReturnType<typeof seededRandom>;
  readonly #changing = new Set<UserNumber>();
  readonly #pending: Promise<unknown>[] = [];

  constructor(store: Store, seed: number) {
    this.#room = roomOf(seed);
    this.#random = seededRandom(seed);
    this.#below = (most) => new DataView(this.#random.bytes(4).buffer).getUint32(0) % most;
    // So little that who is not live reads pages.
    this.log = new EventLog(store.events, this.#below(2) === 0 ? 3_000 : 2 ** 20, {
      removed: (_room, user) => {
        this.members.delete(user);
        this.removals.set(user, (this.removals.get(user) ?? 0) + 1);
      },
    });
    for (let user = 1; user <= USERS; user++)
      for (let device = 0; device < 2; device++) this.devices.push(new Device(user as UserNumber));
  }

  async begin(): Promise<void> {
    for (let user = 1; user <= USERS; user++) await this.#join(user as UserNumber);
  }

  async step(): Promise<void> {
    const user = (1 + this.#below(USERS)) as UserNumber;
    const device = this.devices[this.#below(this.devices.length)];
    switch (this.#below(9)) {
      case 0:
        this.#pending.push(this.#remove(user));
        break;
      case 1:
        this.#pending.push(this.#join(user));
        break;
      case 2:
      case 3:
        if (device !== undefined) this.#pending.push(this.#subscribe(device));
        break;
      case 4:
        if (device !== undefined) device.writable = false;
        break;
      case 5:
        if (device !== undefined) device.writable = true;
        device?.follower?.pump();
        break;
      default:
        for (let count = this.#below(6); count >= 0; count--)
          this.#pending.push(
            this.log.append({ events: [this.#event(EventKind.MESSAGE, user)], changes: [] }),
          );
    }
    if (this.#below(3) === 0) await turn();
  }

  async end(): Promise<void> {
    await Promise.all(this.#pending);
    for (const device of this.devices) {
      device.writable = true;
      device.follower?.pump();
    }
    for (let count = 0; count < 30; count++) await turn();
  }

  #event(kind: EventKind, sender: UserNumber): NewEvent {
    const content = encodeContent({ case: 'plain', value: 'x'.repeat(this.#below(200)) });
    return newEvent(
      { stream: roomStream(this.#room), kind, sender, device: 1 as DeviceNumber, timeMs: 1 },
      content,
      this.#random,
    );
  }

  async #join(user: UserNumber): Promise<void> {
    if (this.members.has(user) || this.#changing.has(user)) return;
    this.#changing.add(user);
    const role: RoomRole = 'member';
    await this.log.append({
      events: [this.#event(EventKind.MEMBER_JOINED, user)],
      changes: [{ kind: 'memberSet', room: this.#room, user, role, timeMs: 1 }],
    });
    this.members.add(user);
    this.#changing.delete(user);
  }

  async #remove(user: UserNumber): Promise<void> {
    if (!this.members.has(user) || this.#changing.has(user)) return;
    this.#changing.add(user);
    const append: Append = {
      events: [this.#event(EventKind.MEMBER_KICKED, user)],
      changes: [{ kind: 'memberRemoved', room: this.#room, user }],
    };
    await this.log.append(append);
    this.#changing.delete(user);
  }

  /** As the gateway does: the right is asked for before and after. */
  async #subscribe(device: Device): Promise<void> {
    if (!this.members.has(device.user)) return;
    const after = device.got.at(-1)?.sequence ?? 0;
    const follower = await this.log.follow(roomStream(this.#room), after as Sequence, device);
    await turn();
    if (!this.members.has(device.user) || follower.stopped) {
      this.log.unfollow(follower);
      return;
    }
    if (device.follower !== undefined) this.log.unfollow(device.follower);
    device.follower = follower;
    device.removedBefore.push(this.removals.get(device.user) ?? 0);
    follower.start();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const roomOf = (seed: number): RoomNumber => (seed + 1) as RoomNumber;

/** Where the log says that each user was removed, and who is a member in the end. */
async function removalsIn(store: Store, stream: StreamId) {
  const removals = new Map<number, number[]>();
  const members = new Set<number>();
  for (let after = 0; ; ) {
    const events = await store.events.read(stream, after as Sequence, 200);
    for (const { kind, sender, sequence } of events) {
      if (kind === EventKind.MEMBER_JOINED) members.add(sender);
      if (kind !== EventKind.MEMBER_KICKED) continue;
      members.delete(sender);
      removals.set(sender, [...(removals.get(sender) ?? []), sequence]);
    }
    after = events.at(-1)?.sequence ?? after;
    if (events.length < 200) return { removals, members };
  }
}

async function run(store: Store, seed: number): Promise<{ got: number; cut: number }> {
  const one = new Run(store, seed);
  await one.begin();
  for (let step = 0; step < STEPS; step++) await one.step();
  await one.end();
  const stream = roomStream(roomOf(seed));
  const { head } = await store.events.stream(stream);
  const { removals, members } = await removalsIn(store, stream);
  let got = 0;
  let cut = 0;
  for (const device of one.devices) {
    expect(device.failure).toBeUndefined();
    for (const [subscription, pushed] of Map.groupBy(device.got, (each) => each.subscription)) {
      const sequences = pushed.map(({ sequence }) => sequence);
      const first = sequences[0] ?? 0;
      expect(sequences).toEqual(pushed.map((_, index) => first + index));
      const end = removals.get(device.user)?.[device.removedBefore[subscription] ?? 0];
      expect({ seed, user: device.user, isAfter: (sequences.at(-1) ?? 0) > (end ?? head) }).toMatchObject({
        isAfter: false,
      });
      if (end === sequences.at(-1)) cut++;
      got += pushed.length;
    }
    const isMember = members.has(device.user);
    if (isMember && device.follower !== undefined) expect(device.follower.cursor).toBe(head);
    if (!isMember) expect(device.follower).toBeUndefined();
  }
  return { got, cut };
}

test('[CUT-1] [CUT-2] M10: a removed member never gets a later event, however removals race with messages, subscriptions and slow readers', async () => {
  const store = await openStore({ url: ':memory:', inThread: true, uuid: () => 'log' });
  let got = 0;
  let cut = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const result = await run(store, seed);
    got += result.got;
    cut += result.cut;
  }
  await store.close();
  expect(got).toBeGreaterThan(5_000);
  // The last that they got was their own removal.
  expect(cut).toBeGreaterThan(100);
}, 60_000);
