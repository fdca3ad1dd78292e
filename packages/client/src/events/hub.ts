/**
 * What happens, to everyone who iterates `events()`, in one order [EVENTS-1].
 *
 * Each consumer has its own place in one bounded list; an event leaves it when every consumer has taken it, and only
 * then counts as delivered (`onTaken`). Taken means that the consumer asked for the next one or ended. While nobody
 * iterates, events of the log wait and the rest is dropped. When the list is full, sync stops reading from the server until
 * half of it is free: a slow consumer costs a bounded list, and in the end holds up the rest.
 */
import type { Sequence, StreamId } from '@sotto/model';
import type { ClientEvent } from '../types.ts';

/** Events held for the slowest consumer. */
export const EVENTS_HELD_MAX = 2_048;

export interface Position {
  /** Incarnation of the log: a position in another one means nothing. */
  log: string;
  stream: StreamId;
  sequence: Sequence;
}

interface Held {
  /** undefined where the log moves on without anything to tell. */
  event: ClientEvent | undefined;
  position: Position | undefined;
}

interface Consumer {
  /** Number of the next event to hand out, counted from the hub's beginning. */
  next: number;
  /** Everything below was taken. */
  taken: number;
  ended: boolean;
  wake: () => void;
}

export interface HubOwner {
  onTaken(position: Position): void;
  /** The list got shorter and is at most half full. */
  onRoom(): void;
}

export class EventHub {
  readonly #owner: HubOwner;
  readonly #consumers = new Set<Consumer>();
  #held: Held[] = [];
  /** Number of the first held event. */
  #first = 0;
  #closed = false;

  constructor(owner: HubOwner) {
    this.#owner = owner;
  }

  get held(): number {
    return this.#held.length;
  }

  get full(): boolean {
    return this.#held.length >= EVENTS_HELD_MAX;
  }

  /** Something of the log. `undefined` moves the cursor on in its turn. */
  publish(event: ClientEvent | undefined, position?: Position): void {
    this.#held.push({ event, position });
    for (const consumer of this.#consumers) consumer.wake();
  }

  /** Something that means nothing later: dropped while nobody iterates, or the slowest is far behind. */
  publishTransient(event: ClientEvent): void {
    if (this.#consumers.size > 0 && !this.full) this.publish(event);
  }

  subscribe(signal?: AbortSignal): AsyncIterable<ClientEvent> {
    const consumer: Consumer = {
      next: this.#first,
      taken: this.#first,
      ended: this.#closed || signal?.aborted === true,
      wake: () => {},
    };
    if (!consumer.ended) this.#consumers.add(consumer);
    const abort = () => this.#leave(consumer);
    signal?.addEventListener('abort', abort, { once: true });
    return this.#iterate(consumer, () => signal?.removeEventListener('abort', abort));
  }

  /** Everything handed out so far counts as taken: the program is about to end in order. */
  takeAll(): void {
    for (const consumer of this.#consumers) consumer.taken = consumer.next;
    this.#trim();
  }

  /** Drops what is held: it belonged to another account. */
  discard(): void {
    this.#first += this.#held.length;
    this.#held = [];
    for (const consumer of this.#consumers) consumer.next = consumer.taken = this.#first;
  }

  /** Ends every iteration once it has handed out what is held. Later ones begin anew unless `forGood`. */
  end(forGood: boolean): void {
    this.#closed ||= forGood;
    for (const consumer of this.#consumers) {
      consumer.ended = true;
      consumer.wake();
    }
  }

  async *#iterate(consumer: Consumer, done: () => void): AsyncGenerator<ClientEvent, void, undefined> {
    try {
      while (this.#consumers.has(consumer)) {
        const held = this.#held[consumer.next - this.#first];
        if (held !== undefined) {
          consumer.next += 1;
          if (held.event !== undefined) yield held.event;
          this.#took(consumer);
        } else if (consumer.ended) return;
        else await new Promise<void>((resolve) => (consumer.wake = resolve));
      }
    } finally {
      done();
      this.#leave(consumer);
    }
  }

  #took(consumer: Consumer): void {
    if (!this.#consumers.has(consumer)) return;
    consumer.taken = consumer.next;
    this.#trim();
  }

  #leave(consumer: Consumer): void {
    this.#took(consumer);
    this.#consumers.delete(consumer);
    consumer.wake();
    this.#trim();
  }

  /** Lets go of what everyone has taken. */
  #trim(): void {
    if (this.#consumers.size === 0) return;
    const floor = Math.min(...[...this.#consumers].map(({ taken }) => taken));
    if (floor === this.#first) return;
    const taken = this.#held.splice(0, floor - this.#first);
    this.#first = floor;
    for (const { position } of taken) if (position !== undefined) this.#owner.onTaken(position);
    if (this.#held.length <= EVENTS_HELD_MAX / 2) this.#owner.onRoom();
  }
}
