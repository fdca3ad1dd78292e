/** Files beside a model that counts: whatever happens in whatever order, exactly what nothing refers to is unreferenced. */
import { describe, expect, test } from 'bun:test';
import type { StreamId } from '@sotto/model';
import { EventKind } from '@sotto/schema';
import fc from 'fast-check';
import type { AppendResult, DerivedChange, NewEvent } from '../../events/store.ts';
import type { Store } from '../store.ts';
import {
  append,
  appendOne,
  type Backend,
  bytes,
  newEvent,
  sequence,
  stream,
  user,
  withStore,
} from './fixtures.ts';

const USERS = 2;
const FILES = 3;
const RUNS = 25;
const QUOTAS = { accountMax: 250, totalMax: undefined };

const of = fc.nat({ max: FILES - 1 });
const by = fc.nat({ max: USERS - 1 });
const target = fc.integer({ min: 1, max: 14 });
const action = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('upload' as const), by, of }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('finish' as const), by, of }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('giveUp' as const), by, of }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('expire' as const) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('offer' as const), by, of }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), target }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('answer' as const), target, accepted: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('trim' as const), target }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('erase' as const), target }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget' as const), of }) },
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

/** Sizes differ, so that sums tell which files they are of. */
const sizeOf = (file: number): number => 70 + 20 * file;

class FilesModel {
  readonly #uploads = new Map<string, { by: number; of: number; finished: boolean }>();
  readonly #stored = new Set<number>();
  /** By sequence; undefined for events that are no messages, or are no more. */
  readonly #messages: ({ by: number; of: number | undefined; answer: boolean | undefined } | undefined)[] = [
    undefined,
  ];

  /** What the store is to answer. */
  do(step: Action): string {
    switch (step.kind) {
      case 'upload':
        return this.#upload(step.by, step.of);
      case 'finish': {
        const upload = this.#uploads.get(`${step.by} ${step.of}`);
        this.#stored.add(step.of);
        if (upload !== undefined) upload.finished = true;
        return String(upload !== undefined);
      }
      case 'giveUp':
        this.#uploads.delete(`${step.by} ${step.of}`);
        return 'done';
      case 'expire': {
        const expired = this.#uploads.size;
        this.#uploads.clear();
        return String(expired);
      }
      case 'offer': {
        const upload = this.#uploads.get(`${step.by} ${step.of}`);
        if (upload?.finished === true) this.#uploads.delete(`${step.by} ${step.of}`);
        else if (!this.#offers(step.by, step.of)) return 'fileGone';
        this.#messages.push({ by: step.by, of: step.of, answer: undefined });
        return 'appended';
      }
      case 'delete': {
        if (this.#messages[step.target] === undefined) return 'messageGone';
        this.#messages[step.target] = undefined;
        this.#messages.push(undefined);
        return 'appended';
      }
      case 'answer':
        return this.#answer(step.target, step.accepted);
      case 'trim':
        for (let at = 1; at < step.target; at++)
          if (at < this.#messages.length) this.#messages[at] = undefined;
        return 'done';
      case 'erase':
        if (step.target < this.#messages.length) this.#messages[step.target] = undefined;
        return 'done';
      case 'forget': {
        const isForgotten = this.unreferenced.includes(step.of);
        if (isForgotten) this.#stored.delete(step.of);
        return String(isForgotten);
      }
    }
  }

  get unreferenced(): number[] {
    const waiting = [...this.#uploads.values()].filter(({ finished }) => finished).map((upload) => upload.of);
    const offered = this.#messages.map((message) => message?.of);
    return [...this.#stored].filter((file) => !waiting.includes(file) && !offered.includes(file));
  }

  usedBy(user_: number): number {
    const own = [...this.#uploads.values(), ...this.#messages].filter((one) => one?.by === user_);
    const files = new Set(own.flatMap((one) => (one?.of === undefined ? [] : [one.of])));
    return [...files].reduce((sum, file) => sum + sizeOf(file), 0);
  }

  get offered(): (number | undefined)[] {
    return this.#messages.slice(1).map((message) => message?.of);
  }

  #offers(user_: number, file: number): boolean {
    return this.#messages.some((message) => message?.by === user_ && message.of === file);
  }

  #upload(user_: number, file: number): string {
    const key = `${user_} ${file}`;
    const isHere = this.#uploads.get(key)?.finished === true || this.#offers(user_, file);
    const isCounted = isHere || this.#uploads.has(key);
    if (!isCounted && this.usedBy(user_) + sizeOf(file) > QUOTAS.accountMax) return 'accountFull';
    this.#uploads.set(key, { by: user_, of: file, finished: isHere });
    return isHere ? 'finished' : 'reserved';
  }

  #answer(at: number, accepted: boolean): string {
    const message = this.#messages[at];
    if (message === undefined) return 'messageGone';
    if (message.answer !== undefined) return message.answer === accepted ? 'unchanged' : 'answered';
    message.answer = accepted;
    if (!accepted) message.of = undefined;
    this.#messages.push(undefined);
    return 'appended';
  }
}

/** One run has users, files and a stream of its own. */
class Run {
  readonly #store: Store;
  readonly #run: number;
  readonly stream: StreamId;

  constructor(store: Store, run: number) {
    this.#store = store;
    this.#run = run;
    this.stream = stream(4 * (run + 100));
  }

  readonly user = (number: number) => user(1_000 + this.#run * USERS + number);
  readonly file = (number: number) => bytes(32, `model ${this.#run} ${number}`);

  async do(step: Action): Promise<string> {
    const { files, events } = this.#store;
    switch (step.kind) {
      case 'upload': {
        const of_ = { user: this.user(step.by), sha256: this.file(step.of), sizeBytes: sizeOf(step.of) };
        return files.reserve({ ...of_, expiresMs: 5 }, QUOTAS);
      }
      case 'finish':
        return String(await files.finishUpload(this.user(step.by), this.file(step.of), 5));
      case 'giveUp':
        await files.dropUpload(this.user(step.by), this.file(step.of));
        return 'done';
      case 'expire':
        return String((await files.dropExpired(5)).length);
      case 'offer': {
        const change = { user: this.user(step.by), sha256: this.file(step.of), sizeBytes: sizeOf(step.of) };
        return this.#append({}, { kind: 'fileOffered', stream: this.stream, ...change });
      }
      case 'delete': {
        const at = { stream: this.stream, target: sequence(step.target) };
        return this.#append(ABOUT, { kind: 'messageDeleted', ...at, by: user(1), timeMs: 1 });
      }
      case 'answer': {
        const at = { stream: this.stream, target: sequence(step.target) };
        return this.#append(ABOUT, { kind: 'fileAnswered', ...at, accepted: step.accepted, stored: true });
      }
      case 'trim':
        await events.trim(this.stream, sequence(step.target));
        return 'done';
      case 'erase':
        await events.eraseContents(this.stream, [sequence(step.target)]);
        return 'done';
      case 'forget':
        return String(await files.forget(this.file(step.of)));
    }
  }

  async #append(event: Partial<NewEvent>, change: DerivedChange): Promise<AppendResult['kind']> {
    const one = append([newEvent({ stream: this.stream, ...event })], { changes: [change] });
    return (await appendOne(this.#store, one)).kind;
  }
}

const ABOUT = { kind: EventKind.MESSAGE_DELETED, countsUnread: false };
const hexes = (digests: readonly Uint8Array[]) => digests.map((digest) => digest.toHex()).sort();

async function expectSame({ files }: Store, run: Run, model: FilesModel): Promise<void> {
  expect(hexes(await files.unreferenced())).toEqual(hexes(model.unreferenced.map(run.file)));
  for (let number = 0; number < USERS; number++)
    expect(await files.usedBy(run.user(number))).toBe(model.usedBy(number));
  const { offered } = model;
  const found = await Promise.all(offered.map((_, at) => files.offer(run.stream, sequence(at + 1))));
  expect(found.map((offer) => offer?.sha256.toHex())).toEqual(
    offered.map((file) => (file === undefined ? undefined : run.file(file).toHex())),
  );
}

/** Leaves nothing of the run for the next one to find. */
async function tidy({ files, events }: Store, run: Run): Promise<void> {
  await events.trim(run.stream, sequence(1_000));
  await files.dropExpired(5);
  for (const sha256 of await files.unreferenced()) await files.forget(sha256);
  expect(await files.stored(Array.from({ length: FILES }, (_, number) => run.file(number)))).toEqual([]);
}

let runs = 0;

export function filesModelSuite(backend: Backend): void {
  describe(`references of files on ${backend.name}`, () => {
    test('[UPKEEP-2] [QUOTA-3] F1: whatever is uploaded, offered, answered and erased, what nothing refers to is known, and usage counts each file once', () =>
      withStore(backend, async (store) => {
        const property = fc.asyncProperty(
          fc.array(action, { minLength: 10, maxLength: 30 }),
          async (steps) => {
            const run = new Run(store, ++runs);
            const model = new FilesModel();
            for (const step of steps) {
              expect([step, await run.do(step)]).toEqual([step, model.do(step)]);
              await expectSame(store, run, model);
            }
            await tidy(store, run);
          },
        );
        await fc.assert(property, { numRuns: RUNS });
      }));
  });
}
