import { describe, expect, test } from 'bun:test';
import type { Sequence, StreamId } from '@sotto/model';
import fc from 'fast-check';
import type { ClientEvent } from '../types.ts';
import { EventHub } from './hub.ts';

const STREAM = 4 as StreamId;

function createHub() {
  const taken: number[] = [];
  const hub = new EventHub({ onTaken: ({ sequence }) => taken.push(sequence), onRoom: () => {} });
  const publish = (sequence: number) =>
    hub.publish(settled(sequence), { log: 'log', stream: STREAM, sequence: sequence as Sequence });
  return { hub, taken, publish };
}

const settled = (sequence: number): ClientEvent => ({
  kind: 'outboxSettled',
  clientMessageId: `${sequence}`,
  result: { kind: 'sentDirect', outcomes: [] },
});

const idOf = (event: ClientEvent | undefined) =>
  event?.kind === 'outboxSettled' ? Number(event.clientMessageId) : undefined;

describe('events for callers (C4)', () => {
  test('[EVENTS-1] an event counts as taken when the slowest consumer asks for the next one', async () => {
    const { hub, taken, publish } = createHub();
    const fast = hub.subscribe()[Symbol.asyncIterator]();
    const slow = hub.subscribe()[Symbol.asyncIterator]();
    for (const sequence of [1, 2]) publish(sequence);
    await fast.next();
    await fast.next();
    void fast.next();
    await slow.next();
    expect(taken).toEqual([]);
    await slow.next();
    expect(taken).toEqual([1]);
    await slow.return?.();
    await Bun.sleep(0);
    expect(taken).toEqual([1, 2]);
  });

  test('[EVENTS-1] while nobody iterates, the log waits and the passing is dropped', async () => {
    const { hub, taken, publish } = createHub();
    publish(1);
    hub.publishTransient({ kind: 'connection', state: { kind: 'connecting', attempt: 1 } });
    expect(hub.held).toBe(1);
    expect(taken).toEqual([]);
    const { value } = await hub.subscribe()[Symbol.asyncIterator]().next();
    expect(idOf(value)).toBe(1);
  });

  test('[EVENTS-1] an abort ends the iteration quietly, the end of the client after what is held', async () => {
    const { hub, publish } = createHub();
    const abort = new AbortController();
    const aborted = Array.fromAsync(hub.subscribe(abort.signal));
    const whole = Array.fromAsync(hub.subscribe());
    await Bun.sleep(0);
    abort.abort();
    publish(1);
    hub.end(true);
    expect(await aborted).toEqual([]);
    expect((await whole).map(idOf)).toEqual([1]);
    expect(await Array.fromAsync(hub.subscribe())).toEqual([]);
  });

  test('[EVENTS-1] whatever consumers do, each sees every event once, in order, and taken follows the slowest', async () => {
    const step = fc.constantFrom('publish', 'a', 'b', 'c');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { hub, taken, publish } = createHub();
        const iterators = { a: hub.subscribe(), b: hub.subscribe(), c: hub.subscribe() };
        const readers = Object.values(iterators).map((iterable) => iterable[Symbol.asyncIterator]());
        const seen: number[][] = [[], [], []];
        let published = 0;
        for (const action of steps) {
          const reader = ['a', 'b', 'c'].indexOf(action);
          const own = seen[reader];
          if (own === undefined) publish(++published);
          else if (own.length < published)
            own.push(idOf((await readers[reader]?.next())?.value ?? undefined) ?? 0);
        }
        for (const own of seen) expect(own).toEqual(own.map((_, index) => index + 1));
        const slowest = Math.min(...seen.map(({ length }) => length));
        expect(taken.length).toBe(Math.max(0, slowest - 1));
      }),
      { numRuns: 100 },
    );
  });
});
