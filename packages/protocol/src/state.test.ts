import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { StateMachine, TRANSITIONS } from './state.ts';

const SPEC = join(import.meta.dir, '../../../docs/spec/session.md');

describe('connection states (T9)', () => {
  test('[STATE-1] the diagram in the specification is the table in code', async () => {
    const drawn = [...(await Bun.file(SPEC).text()).matchAll(/^ {2}(\w+) --> (\w+): (\w+)$/gm)].map(
      ([, from, to, event]) => `${from} ${event} ${to}`,
    );
    const coded = Object.entries(TRANSITIONS).flatMap(([from, row]) =>
      Object.entries(row).map(([event, to]) => `${from} ${event} ${to}`),
    );
    // The step out of DISCONNECTED is where the diagram starts.
    expect(drawn.toSorted()).toEqual(coded.toSorted());
  });

  test('ERROR leads back to the state the fault came from', () => {
    const machine = new StateMachine();
    for (const event of ['open', 'negotiated', 'granted', 'sendBegun', 'fault'] as const)
      machine.apply(event);
    expect(machine.state).toBe('ERROR');
    machine.apply('recovered');
    expect(machine.state).toBe('SENDING_MESSAGE');
  });

  test('an event the table does not have is a defect of the caller', () => {
    const machine = new StateMachine();
    expect(() => machine.apply('granted')).toThrow('no transition from DISCONNECTED on granted');
    expect(machine.state).toBe('DISCONNECTED');
  });
});
