import { describe, expect, test } from 'bun:test';
import type { Sequence, StreamId } from '@sotto/model';
import fc from 'fast-check';
import type { Append, AppendResult, NewEvent, StoredEvent } from '../../events/store.ts';
import type { Store } from '../store.ts';
import { type Backend, bytes, newEvent, roomCreated, sequence, stream, user, withStore } from './fixtures.ts';

const STREAMS = 3;
const RUNS = 40;

/** The log in a few lines: what `append` and the reads must agree with. */
class LogModel {
  readonly events = new Map<StreamId, StoredEvent[]>();
  readonly #epochs = new Map<StreamId, number>();
  readonly #accepted = new Map<string, StoredEvent>();
  readonly #rooms = new Set<string>();

  epoch(of: StreamId): number {
    return this.#epochs.get(of) ?? 0;
  }

  append({ events, changes, expectedEpoch }: Append): AppendResult {
    const before = events.map((event) => this.#accepted.get(idOf(event) ?? '')).find(Boolean);
    if (before !== undefined) return { kind: 'duplicate', sequence: before.sequence, timeMs: before.timeMs };
    if (expectedEpoch !== undefined) {
      const epoch = this.epoch(expectedEpoch.stream);
      if (epoch !== expectedEpoch.epoch) return { kind: 'epochConflict', epoch };
    }
    const names = changes.flatMap((change) => (change.kind === 'roomCreated' ? [change.nameKey ?? ''] : []));
    if (names.some((name) => this.#rooms.has(name))) return { kind: 'roomExists' };
    for (const name of names) this.#rooms.add(name);
    if (expectedEpoch !== undefined) this.#epochs.set(expectedEpoch.stream, expectedEpoch.epoch + 1);
    return { kind: 'appended', sequences: events.map((event) => this.#store(event)) };
  }

  #store(event: NewEvent): Sequence {
    const log = this.events.get(event.stream) ?? [];
    const stored = { ...event, sequence: sequence(log.length + 1) };
    this.events.set(event.stream, [...log, stored]);
    const id = idOf(event);
    if (id !== undefined) this.#accepted.set(id, stored);
    return stored.sequence;
  }
}

const idOf = ({ sender, stream: of, clientMessageId }: NewEvent): string | undefined =>
  clientMessageId && `${sender} ${of} ${clientMessageId.toHex()}`;

/** Small pools, so that ids, epochs and names meet again. Streams and names are those of one run. */
const eventArbitrary = fc.record({
  stream: fc.nat({ max: STREAMS - 1 }),
  sender: fc.integer({ min: 1, max: 2 }),
  timeMs: fc.nat(),
  content: fc.uint8Array({ maxLength: 12 }),
  id: fc.option(fc.nat({ max: 4 }), { nil: undefined }),
});
const appendArbitrary = fc.record({
  events: fc.array(eventArbitrary, { minLength: 1, maxLength: 3 }),
  epoch: fc.option(fc.record({ stream: fc.nat({ max: STREAMS - 1 }), epoch: fc.nat({ max: 2 }) }), {
    nil: undefined,
    freq: 3,
  }),
  room: fc.option(fc.nat({ max: 2 }), { nil: undefined, freq: 3 }),
});
const batchesArbitrary = fc.array(fc.array(appendArbitrary, { minLength: 1, maxLength: 5 }), {
  minLength: 1,
  maxLength: 6,
});
type Drawn = typeof appendArbitrary extends fc.Arbitrary<infer T> ? T : never;

let runs = 0;
let roomNumber = 1_000;

function toAppend(run: number, drawn: Drawn): Append {
  const streamOf = (index: number) => stream(4 * (100 * run + index + 1));
  const events = drawn.events.map(({ stream: index, sender, timeMs, content, id }, at) =>
    newEvent({
      stream: streamOf(index),
      sender: user(sender),
      timeMs,
      content,
      // An append never holds one id twice.
      clientMessageId: id === undefined ? undefined : bytes(16, `${id} ${at}`),
    }),
  );
  const { room, epoch } = drawn;
  const changes = room === undefined ? [] : [roomCreated(++roomNumber, { nameKey: `${run} ${room}` })];
  if (epoch === undefined) return { events, changes };
  return { events, changes, expectedEpoch: { stream: streamOf(epoch.stream), epoch: epoch.epoch } };
}

async function expectSame(store: Store, model: LogModel, of: StreamId, pageSize: number): Promise<void> {
  const expected = model.events.get(of) ?? [];
  const forward: StoredEvent[] = [];
  for (let page = await store.events.read(of, sequence(0), pageSize); page.length > 0; ) {
    forward.push(...page);
    page = await store.events.read(of, sequence(forward.length), pageSize);
  }
  expect(forward).toEqual(expected);
  let backward: StoredEvent[] = [];
  for (let page = await store.events.readBefore(of, sequence(0), pageSize); page.length > 0; ) {
    backward = [...page, ...backward];
    page = await store.events.readBefore(of, backward[0]?.sequence ?? sequence(1), pageSize);
  }
  expect(backward).toEqual(expected);
  expect(await store.events.stream(of)).toEqual({
    head: sequence(expected.length),
    firstKept: sequence(1),
    epoch: model.epoch(of),
  });
}

export function logModelSuite(backend: Backend): void {
  describe(`log on ${backend.name}`, () => {
    test('M7 random batches do what the model does [LOG-1] [LOG-2] [LOG-4] [LOG-7] [LOG-10]', () =>
      withStore(backend, async (store) => {
        const property = fc.asyncProperty(
          batchesArbitrary,
          fc.integer({ min: 1, max: 7 }),
          async (batches, pageSize) => {
            const run = ++runs;
            const model = new LogModel();
            for (const drawn of batches) {
              const batch = drawn.map((one) => toAppend(run, one));
              expect(await store.events.append(batch)).toEqual(batch.map((one) => model.append(one)));
            }
            for (let index = 0; index < STREAMS; index++) {
              await expectSame(store, model, stream(4 * (100 * run + index + 1)), pageSize);
            }
          },
        );
        await fc.assert(property, { numRuns: RUNS });
      }));
  });
}
