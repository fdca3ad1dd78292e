import { expect, test } from 'bun:test';
import fc from 'fast-check';
import type { Space } from '../wire/packet.ts';
import { Recovery } from './recovery.ts';
import type { SentPacket } from './sent.ts';
import { rangesOf } from './testing/sender.ts';
import { LEAST_WINDOW_BYTES } from './values.ts';

type Step =
  | { kind: 'send'; space: Space; bytes: number; as: 'eliciting' | 'padded' | 'ack'; elsewhere: boolean }
  | { kind: 'ack'; space: Space; picks: number[]; delayMs: number }
  | { kind: 'wait'; ms: number }
  | { kind: 'discard' }
  | { kind: 'move'; how: 'fresh' | 'port' | 'back' };

const space = fc.constantFrom<Space>('handshake', 'connection');
const steps: fc.Arbitrary<Step>[] = [
  fc.record({
    kind: fc.constant('send' as const),
    space,
    bytes: fc.integer({ min: 30, max: 1_200 }),
    as: fc.constantFrom('eliciting' as const, 'eliciting' as const, 'padded' as const, 'ack' as const),
    elsewhere: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  }),
  fc.record({
    kind: fc.constant('ack' as const),
    space,
    picks: fc.array(fc.nat(40), { minLength: 1, maxLength: 10 }),
    delayMs: fc.nat(50),
  }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.double({ min: 0, max: 400, noNaN: true }) }),
];
const rare: fc.Arbitrary<Step>[] = [
  fc.constant({ kind: 'discard' }),
  fc.record({ kind: fc.constant('move' as const), how: fc.constantFrom('fresh', 'port', 'back') }),
];
const [send, ack, wait] = steps;
const [discard, move] = rare;
if (!send || !ack || !wait || !discard || !move) throw new Error('a step is missing');
const step = fc.oneof(
  { weight: 30, arbitrary: send },
  { weight: 12, arbitrary: ack },
  { weight: 10, arbitrary: wait },
  { weight: 1, arbitrary: discard },
  { weight: 3, arbitrary: move },
);

/** What is under way, kept the simple way: all of it, each with the path state it left on. */
class Model {
  readonly recovery = new Recovery(0);
  readonly underWay = new Map<string, { packet: SentPacket; on: number }>();
  readonly discarded = new Set<Space>();
  now = 0;
  /** Path number and state in use, and those before. */
  current = { path: 0, state: 0 };
  previous: { path: number; state: number } | undefined;
  paths = 1;
  states = 1;

  run(step: Step): void {
    if (step.kind === 'send') this.send(step);
    else if (step.kind === 'ack') this.ack(step);
    else if (step.kind === 'wait') this.wait(step.ms);
    else if (step.kind === 'discard') this.discard();
    else this.move(step.how);
  }

  send({ space, bytes, as, elsewhere }: Extract<Step, { kind: 'send' }>): void {
    if (this.discarded.has(space)) return;
    const path = elsewhere ? this.paths++ : this.current.path;
    const number = this.recovery.nextNumber(space);
    const eliciting = as === 'eliciting';
    const packet = { number, sentAt: this.now, bytes, eliciting, inFlight: as !== 'ack', path, carried: [] };
    this.recovery.sent(space, packet);
    if (packet.inFlight)
      this.underWay.set(`${space} ${number}`, { packet, on: elsewhere ? -1 : this.current.state });
  }

  ack({ space, picks, delayMs }: Extract<Step, { kind: 'ack' }>): void {
    const next = this.recovery.peekNumber(space);
    if (next === 0 || this.discarded.has(space)) return;
    const named = picks.map((below) => Math.max(0, next - 1 - below));
    const { acked, lost, late } = this.recovery.acknowledged(this.now, space, rangesOf(named), delayMs);
    const expected = named.filter((number) => this.underWay.has(`${space} ${number}`));
    const inFlight = acked.filter((packet) => packet.inFlight).map((packet) => packet.number);
    expect(inFlight).toEqual([...new Set(expected)].sort((a, b) => a - b));
    for (const packet of [...acked, ...late]) expect(named).toContain(packet.number);
    for (const packet of late) expect(this.underWay.has(`${space} ${packet.number}`)).toBe(false);
    for (const number of inFlight) this.underWay.delete(`${space} ${number}`);
    this.lose(space, lost);
  }

  wait(ms: number): void {
    const until = this.now + ms;
    for (let count = 0; this.recovery.deadline() <= until; count++) {
      expect(count).toBeLessThan(50);
      this.now = Math.max(this.now, this.recovery.deadline());
      const { lost, probes, space } = this.recovery.expire(this.now);
      expect(lost.length + probes).toBeGreaterThan(0);
      this.lose(space, lost);
    }
    this.now = until;
  }

  lose(space: Space, lost: readonly SentPacket[]): void {
    for (const { number } of lost) expect(this.underWay.delete(`${space} ${number}`)).toBe(true);
  }

  discard(): void {
    this.recovery.discard('handshake');
    this.discarded.add('handshake');
    for (const key of this.underWay.keys()) if (key.startsWith('handshake')) this.underWay.delete(key);
  }

  move(how: 'fresh' | 'port' | 'back'): void {
    if (how === 'back') {
      if (this.previous === undefined) return;
      [this.current, this.previous] = [this.previous, this.current];
      this.recovery.changePath(this.now, this.current.path, false);
      return;
    }
    const path = this.paths++;
    this.recovery.changePath(this.now, path, how === 'port');
    if (how === 'port') this.current = { path, state: this.current.state };
    else {
      this.previous = this.current;
      this.current = { path, state: this.states++ };
    }
  }

  check(): void {
    const here = [...this.underWay.values()].filter(({ on }) => on === this.current.state);
    expect(this.recovery.bytesInFlight).toBe(here.reduce((sum, { packet }) => sum + packet.bytes, 0));
    expect(this.recovery.window).toBeGreaterThanOrEqual(LEAST_WINDOW_BYTES);
    expect(this.recovery.lossRate).toBeGreaterThanOrEqual(0);
    expect(this.recovery.lossRate).toBeLessThanOrEqual(1);
    expect(this.recovery.deadline()).not.toBeNaN();
    expect(this.recovery.sendableAt(this.now, 1_200)).toBeGreaterThanOrEqual(this.now);
  }
}

test('T4 T6 [CONGEST-3] [ROAM-3]: whatever is sent, acknowledged, lost, discarded and moved, bytes in flight are the sum of those of the path', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 150 }), (taken) => {
      const model = new Model();
      for (const each of taken) {
        model.run(each);
        model.check();
      }
    }),
    { numRuns: 400 },
  );
});
