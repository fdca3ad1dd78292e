/** The disk of a simulated client: it outlives the program, and what it is given is checked. */
import { type ClientStore, MemoryStore, type OutboxEntry, type StoredSession } from '@sotto/client';
import type { Mortal } from './mortal.ts';

export class Disk {
  readonly store = new MemoryStore();
  /** Ids of messages that reached it: none of them may be lost. */
  readonly persisted = new Set<string>();
  readonly #problem: (what: string) => void;
  #session: StoredSession | undefined;

  constructor(problem: (what: string) => void) {
    this.#problem = problem;
  }

  /** As one run of the program has it: the dead write nothing. */
  mount(life: Mortal): ClientStore {
    return new Proxy<ClientStore>(this.store, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => {
          if (life.dead) return new Promise(() => {});
          if (name === 'putOutbox') this.persisted.add((args[0] as OutboxEntry).clientMessageId);
          if (name === 'saveSession') this.#check(args[0] as StoredSession | undefined);
          return Reflect.apply(method, target, args);
        };
      },
    });
  }

  /** One session for ever, whose generation never falls. */
  #check(session: StoredSession | undefined): void {
    const before = this.#session;
    this.#session = session;
    if (session === undefined) this.#problem('forgot its session');
    else if (before !== undefined && session.id !== before.id) this.#problem('has another session');
    else if (before !== undefined && session.generation < before.generation)
      this.#problem(`went back from generation ${before.generation} to ${session.generation}`);
  }
}
