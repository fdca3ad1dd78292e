/** What the parts of one simulation share. */
import type { RoomNumber } from '@sotto/model';
import type { RandomNumber, VirtualClock } from '@sotto/protocol/testing';
import type { SimulatedClient } from './client.ts';
import type { SimulatedServer } from './server.ts';
import type { Wire } from './ways.ts';

export interface Scene {
  clock: VirtualClock;
  number: RandomNumber;
  server: SimulatedServer;
  clients: readonly SimulatedClient[];
  wires: readonly Wire[];
  room: RoomNumber;
  /** Adds to the trace. */
  log: (what: string) => void;
  problems: string[];
  serverCrashes: number;
  messages: number;
}

/** Waits for `task` while virtual time goes on. */
export async function settle<T>(clock: VirtualClock, task: Promise<T>): Promise<T> {
  let pending = true;
  const done = task.finally(() => {
    pending = false;
  });
  done.catch(() => {});
  for (let step = 0; pending && step < 10_000; step++) await clock.advance(10);
  return done;
}

/** Says what was wrong where that takes longer. */
export async function until(scene: Scene, what: string, done: () => boolean, maxMs: number): Promise<void> {
  for (let waited = 0; !done(); waited += 100) {
    if (waited >= maxMs) {
      const states = scene.clients.map(
        ({ name, sdk }) => `${name} ${JSON.stringify(sdk.status)} outbox ${sdk.outboxSize}`,
      );
      scene.problems.push(`not ${what} after ${maxMs} ms: ${states.join('; ')}`);
      return;
    }
    await scene.clock.advance(100);
  }
}
