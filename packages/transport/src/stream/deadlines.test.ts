import { describe, expect, test } from 'bun:test';
import { VirtualClock } from '@sotto/protocol/testing';
import { Deadlines } from './deadlines.ts';
import { FlushQueue } from './flush-queue.ts';

describe('deadlines', () => {
  test('[TLS-4] T1: each item expires after its own time, with one timer for all', async () => {
    const clock = new VirtualClock();
    const expired: string[] = [];
    const deadlines = new Deadlines<string>(clock, 100, (item) => expired.push(item));
    deadlines.add('first');
    await clock.advance(40);
    deadlines.add('second');
    deadlines.add('third');
    expect(clock.pending).toBe(1);
    deadlines.delete('second');
    await clock.advance(60);
    expect(expired).toEqual(['first']);
    await clock.advance(39);
    expect(expired).toEqual(['first']);
    await clock.advance(1);
    expect(expired).toEqual(['first', 'third']);
    expect([deadlines.size, clock.pending]).toEqual([0, 0]);
  });

  test('[TLS-4] T1: no timer stays once everything is done', () => {
    const clock = new VirtualClock();
    const deadlines = new Deadlines<string>(clock, 100, () => {});
    deadlines.add('only');
    deadlines.delete('only');
    expect(clock.pending).toBe(0);
  });
});

describe('flush queue', () => {
  test('T1: one task serves all, and one that throws does not stop the others', () => {
    const tasks: (() => void)[] = [];
    const queue = new FlushQueue((task) => tasks.push(task));
    const flushed: string[] = [];
    queue.add({ flush: () => flushed.push('first') });
    queue.add({
      flush: () => {
        throw new Error('defect');
      },
    });
    queue.add({ flush: () => flushed.push('third') });
    expect(tasks.length).toBe(1);
    expect(() => tasks.shift()?.()).toThrow('defect');
    tasks.shift()?.();
    expect(flushed).toEqual(['first', 'third']);
  });
});
