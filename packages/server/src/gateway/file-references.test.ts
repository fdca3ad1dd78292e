/** Uploads, offers, answers and deletions in any order: what is kept is what something refers to, no more and no less (F1). */
import { expect, test } from 'bun:test';
import { LOBBY, type RoomNumber } from '@sotto/model';
import { type Random, SottoError } from '@sotto/protocol';
import { seededRandom } from '@sotto/protocol/testing';
import { ErrorCode } from '@sotto/schema';
import { sha256Of } from '../digest.ts';
import { digestKey } from '../files/keys.ts';
import { Asking } from '../testing/asking.ts';
import { Carrying } from '../testing/carrying.ts';
import { createWorld, type LoggedIn, type World } from '../testing/world.ts';

const SIZE = 40_000;
const STEPS = 120;
const CHECK_EVERY = 10;
const SETTLE_MS = 3_000;
const TIMEOUT_MS = 30_000;

interface Message {
  room: number;
  sequence: number;
  by: LoggedIn;
  file: string;
  /** Undefined in rooms. */
  to: LoggedIn | undefined;
  answer: 'none' | 'accepted' | 'declined';
  deleted: boolean;
}

/** What ought to be. */
class Expected {
  readonly messages: Message[] = [];
  readonly #uploads = new Set<string>();

  uploaded(who: LoggedIn, file: string): void {
    this.#uploads.add(`${who.number} ${file}`);
  }

  mayOffer(who: LoggedIn, file: string): boolean {
    return this.filesOf(who).has(file);
  }

  offered(message: Message): void {
    this.#uploads.delete(`${message.by.number} ${message.file}`);
    this.messages.push(message);
  }

  filesOf({ number }: LoggedIn): Set<string> {
    const waiting = [...this.#uploads].map((upload) => upload.split(' '));
    return new Set([
      ...waiting.flatMap(([user, file]) => (user === String(number) && file !== undefined ? [file] : [])),
      ...this.messages.filter((one) => isOffering(one) && one.by.number === number).map(({ file }) => file),
    ]);
  }
}

const isOffering = ({ deleted, answer }: Message): boolean => !deleted && answer !== 'declined';

class Run {
  readonly #world: World;
  readonly #asking: Asking;
  readonly #carrying: Carrying;
  readonly #random: Random;
  readonly #people: readonly LoggedIn[];
  readonly #files = new Map<string, Uint8Array>();
  readonly #expected = new Expected();
  /** How often each outcome was seen. */
  readonly seen = new Map<string, number>();

  constructor(world: World, people: readonly LoggedIn[], seed: number) {
    this.#world = world;
    this.#asking = new Asking(world);
    this.#carrying = new Carrying(world);
    this.#random = seededRandom(seed);
    this.#people = people;
    for (let count = 0; count < 3; count++) {
      const bytes = this.#carrying.bytes(SIZE);
      this.#files.set(digestKey(sha256Of(bytes)), bytes);
    }
  }

  async step(): Promise<void> {
    const acts = [
      this.#upload,
      this.#offer,
      this.#offer,
      this.#offerTo,
      this.#answer,
      this.#delete,
      this.#fetch,
    ];
    await this.#one(acts)();
  }

  async check(): Promise<void> {
    await this.#world.clock.advance(SETTLE_MS);
    const kept = (await Array.fromAsync(this.#world.blobs.blobs())).map(digestKey);
    const files = this.#people.map((who) => this.#expected.filesOf(who));
    expect(new Set(kept)).toEqual(new Set(files.flatMap((of) => [...of])));
    for (const [index, who] of this.#people.entries())
      expect((await this.#asking.ask(who, 'readFileUsage', {})).used).toBe(SIZE * (files[index]?.size ?? 0));
  }

  readonly #upload = async () => {
    const [who, [file, bytes]] = [this.#one(this.#people), this.#one([...this.#files])];
    await this.#carrying.upload(who, bytes);
    this.#expected.uploaded(who, file);
  };

  readonly #offer = async () => {
    const [by, [file, bytes]] = [this.#one(this.#people), this.#one([...this.#files])];
    const may = this.#expected.mayOffer(by, file);
    const code = await codeOf(async () => {
      const sequence = await this.#carrying.offer(by, LOBBY, bytes);
      const message = { room: LOBBY, sequence, by, file, to: undefined };
      this.#expected.offered({ ...message, answer: 'none', deleted: false });
    });
    this.#outcome('offer', code, may ? undefined : ErrorCode.FILE_GONE);
  };

  readonly #offerTo = async () => {
    const [by, [file, bytes]] = [this.#one(this.#people), this.#one([...this.#files])];
    const to = this.#one(this.#people.filter((one) => one !== by));
    const may = this.#expected.mayOffer(by, file);
    const { room, sequence } = await this.#carrying.offerDirect(by, to, bytes);
    expect(sequence > 0).toBe(may);
    if (may) this.#expected.offered({ room, sequence, by, file, to, answer: 'none', deleted: false });
  };

  readonly #answer = async () => {
    const message = this.#some((one) => one.to !== undefined);
    if (message?.to === undefined) return;
    const accepted = this.#one([true, false]);
    const wanted = accepted ? 'accepted' : 'declined';
    const code = await this.#change(message.to, message, { case: 'acceptFile', value: accepted });
    if (message.deleted) return this.#outcome('answer', code, ErrorCode.MESSAGE_GONE);
    if (message.answer === 'none') message.answer = wanted;
    const refusal = accepted ? ErrorCode.FILE_GONE : ErrorCode.PERMISSION_DENIED;
    this.#outcome('answer', code, message.answer === wanted ? undefined : refusal);
  };

  readonly #delete = async () => {
    const message = this.#some();
    if (message === undefined) return;
    const code = await this.#change(message.by, message, { case: 'delete', value: {} });
    this.#outcome('delete', code, message.deleted ? ErrorCode.MESSAGE_GONE : undefined);
    message.deleted = true;
  };

  readonly #fetch = async () => {
    const message = this.#some();
    if (message === undefined) return;
    const { by, to, file, room, sequence } = message;
    const who = to === undefined ? this.#one(this.#people) : this.#one([by, to]);
    const code = await codeOf(async () => {
      const bytes = await this.#carrying.download(who, { room, sequence });
      expect(digestKey(sha256Of(bytes))).toBe(file);
    });
    const waits = who === to && message.answer === 'none';
    const refusal = waits ? ErrorCode.FILE_NOT_ACCEPTED : undefined;
    this.#outcome('fetch', code, isOffering(message) ? refusal : ErrorCode.FILE_GONE);
  };

  #change(
    who: LoggedIn,
    { room, sequence }: Message,
    change: { case: 'delete'; value: object } | { case: 'acceptFile'; value: boolean },
  ): Promise<ErrorCode | undefined> {
    const clientMessageId = this.#world.random.bytes(16);
    return this.#asking.refused(who, 'changeMessage', {
      room: room as RoomNumber,
      sequence,
      clientMessageId,
      change,
    });
  }

  #outcome(act: string, code: ErrorCode | undefined, expected: ErrorCode | undefined): void {
    expect([act, code]).toEqual([act, expected]);
    const key = `${act} ${code === undefined ? 'done' : ErrorCode[code]}`;
    this.seen.set(key, (this.seen.get(key) ?? 0) + 1);
  }

  #some(fits: (message: Message) => boolean = () => true): Message | undefined {
    const messages = this.#expected.messages.filter(fits);
    return messages.length === 0 ? undefined : this.#one(messages.slice(-8));
  }

  #one<T>(values: readonly T[]): T {
    return values[(this.#random.bytes(1)[0] ?? 0) % values.length] as T;
  }
}

async function codeOf(act: () => Promise<void>): Promise<ErrorCode | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (error instanceof SottoError) return error.code;
    throw error;
  }
}

test.each([1, 2, 3])(
  '[OFFER-21] [ANSWER-2] [QUOTA-3] [UPKEEP-2] whatever three people do with three files, kept is what is referred to (seed %d)',
  async (seed) => {
    const world = await createWorld({ seed });
    const people = [await world.user('alice'), await world.user('bob'), await world.user('cam')];
    const run = new Run(world, people, seed);
    for (let step = 1; step <= STEPS; step++) {
      await run.step();
      if (step % CHECK_EVERY === 0) await run.check();
    }
    for (const outcome of [
      'offer done',
      'offer FILE_GONE',
      'answer done',
      'delete done',
      'fetch done',
      'fetch FILE_GONE',
    ])
      expect([outcome, run.seen.get(outcome) ?? 0]).not.toEqual([outcome, 0]);
    expect(world.errors).toEqual([]);
    await world.close();
  },
  TIMEOUT_MS,
);
