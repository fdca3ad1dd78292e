import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { LaneScheduler } from './lanes.ts';

const run = (label: number, length = 1) => new Uint8Array(length).fill(label);
const drain = (lanes: LaneScheduler): (number | undefined)[] => {
  const labels = [];
  for (let next = lanes.next(0); next !== undefined; next = lanes.next(0)) labels.push(next[0]);
  return labels;
};

describe('lanes', () => {
  test('[LANE-1] F3: control, then chat, then files in turn', () => {
    const lanes = new LaneScheduler();
    for (const [lane, label] of [
      [7, 1],
      [7, 2],
      [2, 3],
      [2, 4],
      [1, 5],
      [0, 6],
      [1, 7],
    ] as const)
      lanes.enqueue(lane, run(label));
    expect(drain(lanes)).toEqual([6, 5, 7, 1, 3, 2, 4]);
    expect([lanes.bytes, lanes.runs]).toEqual([0, 0]);
  });

  test('[LANE-2] F3: no file chunk while anything is unwritten', () => {
    const lanes = new LaneScheduler();
    lanes.enqueue(2, run(1));
    expect(lanes.next(1)).toBeUndefined();
    lanes.enqueue(1, run(2));
    expect(lanes.next(1)).toEqual(run(2));
    expect(lanes.next(0)).toEqual(run(1));
  });

  test('[LANE-1] F3: a run longer than asked for stays, and keeps its place', () => {
    const lanes = new LaneScheduler();
    lanes.enqueue(1, run(1, 10));
    lanes.enqueue(1, run(2, 1));
    expect(lanes.next(0, 9)).toBeUndefined();
    expect([lanes.bytes, lanes.runs]).toEqual([11, 2]);
    expect(drain(lanes)).toEqual([1, 2]);
  });

  test('[LANE-1] F3: 64 transfers take turns, and a chat frame overtakes all that waits of them', () => {
    const lanes = new LaneScheduler();
    for (let turn = 0; turn < 3; turn++) for (let lane = 2; lane < 66; lane++) lanes.enqueue(lane, run(lane));
    expect(lanes.next(0)?.[0]).toBe(2);
    lanes.enqueue(1, run(1));
    const rest = drain(lanes);
    expect(rest[0]).toBe(1);
    const round = Array.from({ length: 64 }, (_, index) => index + 2);
    expect(rest.slice(1)).toEqual([...round.slice(1), ...round, ...round]);
  });

  test('[LANE-3] T1: nothing is lost, and each lane keeps its order, whatever is put in and taken when', () => {
    const step = fc.oneof(fc.record({ lane: fc.integer({ min: 0, max: 5 }) }), fc.constant('take' as const));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 3_000 }), (steps) => {
        const lanes = new LaneScheduler();
        const expected = new Map<number, Uint8Array[]>();
        const laneOf = new Map<Uint8Array, number>();
        let waiting = 0;
        const take = () => {
          const next = lanes.next(0);
          if (next === undefined) return expect(waiting).toBe(0);
          expect(expected.get(laneOf.get(next) ?? -1)?.shift()).toBe(next);
          waiting -= 1;
        };
        for (const each of steps) {
          if (each === 'take') take();
          else {
            const frames = run(each.lane, 3);
            laneOf.set(frames, each.lane);
            expected.set(each.lane, [...(expected.get(each.lane) ?? []), frames]);
            lanes.enqueue(each.lane, frames);
            waiting += 1;
          }
          expect([lanes.runs, lanes.bytes]).toEqual([waiting, 3 * waiting]);
        }
        while (waiting > 0) take();
      }),
      { numRuns: 30 },
    );
  });

  test('[LANE-1] T1: a lane that is never quite empty does not grow', () => {
    const lanes = new LaneScheduler();
    lanes.enqueue(1, run(0));
    for (let id = 1; id < 10_000; id++) {
      lanes.enqueue(1, run(id));
      expect(lanes.next(0)?.[0]).toBe((id - 1) & 0xff);
    }
    expect(lanes.runs).toBe(1);
    lanes.clear();
    expect([lanes.next(0), lanes.bytes, lanes.runs]).toEqual([undefined, 0, 0]);
  });
});
