import type { Actor } from '../rooms/changes.ts';
import { Turns } from '../turns.ts';

/** What one actor, who is one connection's, does to rooms is handed to the log in the order it was asked for [SEND-3]. */
export class ActorOrder {
  readonly #turns = new Turns<Actor>();

  /** Something asked for earlier has not been handed over yet. */
  busy(actor: Actor): boolean {
    return this.#turns.busy(actor);
  }

  /**
   * Waits until what the actor asked for earlier has been handed to the log, prepares, and hands over. Nobody waits for a
   * commit but the caller.
   */
  inTurn<T>(actor: Actor, prepare: () => Promise<() => Promise<T>>): Promise<T> {
    return new Promise((resolve, reject) => {
      void this.#turns.take(actor, () => prepare().then((handOver) => resolve(handOver()), reject));
    });
  }
}
