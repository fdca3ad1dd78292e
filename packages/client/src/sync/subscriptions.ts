/**
 * Where this client is in each stream it follows: pure bookkeeping that turns whatever arrives into each event once, in
 * order [SYNC-1]. The follower carries out what `judge` says.
 */
import type { Sequence, StreamId } from '@sotto/model';

interface Subscription {
  /** The last event taken from the wire. */
  received: Sequence;
  /** A Subscribe is on its way: what arrives out of turn until its answer is from before it. */
  asking: boolean;
  /** The newest event passed over while asking. */
  passedOver: number;
}

/** `gap`: something is missing; subscribe again from the cursor. */
export type Judgement = 'take' | 'drop' | 'gap';

export class Subscriptions {
  readonly #streams = new Map<StreamId, Subscription>();

  follow(stream: StreamId, after: Sequence): void {
    if (!this.#streams.has(stream))
      this.#streams.set(stream, { received: after, asking: false, passedOver: 0 });
  }

  unfollow(stream: StreamId): void {
    this.#streams.delete(stream);
  }

  has(stream: StreamId): boolean {
    return this.#streams.has(stream);
  }

  streams(): StreamId[] {
    return [...this.#streams.keys()];
  }

  clear(): void {
    this.#streams.clear();
  }

  judge(stream: StreamId, sequence: Sequence): Judgement {
    const subscription = this.#streams.get(stream);
    if (subscription === undefined || sequence <= subscription.received) return 'drop';
    if (sequence === subscription.received + 1) {
      subscription.received = sequence;
      return 'take';
    }
    subscription.passedOver = Math.max(subscription.passedOver, sequence);
    return subscription.asking ? 'drop' : 'gap';
  }

  /** Cursors for a Subscribe that is sent now. */
  ask(streams: Iterable<StreamId>): { stream: StreamId; after: Sequence }[] {
    const cursors: { stream: StreamId; after: Sequence }[] = [];
    for (const stream of streams) {
      const subscription = this.#streams.get(stream);
      if (subscription === undefined) continue;
      subscription.asking = true;
      subscription.passedOver = 0;
      cursors.push({ stream, after: subscription.received });
    }
    return cursors;
  }

  /**
   * The answer to it. What the server keeps no more is skipped. True when an event after the cursor was passed over
   * before the answer came, so that only asking again brings it.
   */
  answered(stream: StreamId, firstKept: number): boolean {
    const subscription = this.#streams.get(stream);
    if (subscription === undefined) return false;
    subscription.asking = false;
    if (firstKept > subscription.received + 1) subscription.received = (firstKept - 1) as Sequence;
    return subscription.passedOver > subscription.received;
  }
}
