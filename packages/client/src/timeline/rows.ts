/** Rows of a conversation: the messages of a timeline, and behind them those that are on their way [TIMELINE-5]. */
import type { MessageView, PendingMessage, TimelineItem } from '../types.ts';

type Sources = readonly [messages: readonly MessageView[], pending: readonly PendingMessage[]];

interface Last {
  sources: Sources;
  rows: readonly TimelineItem[];
}

export class Rows {
  readonly #rows = new WeakMap<MessageView | PendingMessage, TimelineItem>();
  /** What was last given for each list, and made from what. */
  readonly #lists = new Map<number, Last>();

  /** The same array as last time where it says the same. `name` tells lists apart. */
  list(name: number, ...sources: Sources): readonly TimelineItem[] {
    const last = this.#lists.get(name);
    if (last !== undefined && isSame(last.sources[0], sources[0]) && isSame(last.sources[1], sources[1])) {
      return last.rows;
    }
    const rows = this.#join(last, ...sources);
    this.#lists.set(name, { sources, rows });
    return rows;
  }

  clear(): void {
    this.#lists.clear();
  }

  /** Others may have given theirs the same id: only one's own message replaces what is pending. */
  #join(last: Last | undefined, ...[messages, pending]: Sources): readonly TimelineItem[] {
    const rows = messages.map((message, at) => {
      const known = last?.sources[0][at] === message ? last.rows[at] : undefined;
      return known ?? this.#message(message);
    });
    if (pending.length === 0) return rows;
    const here = new Set(messages.flatMap(({ mine, clientMessageId }) => (mine ? [clientMessageId] : [])));
    const rest = pending.filter(({ clientMessageId }) => !here.has(clientMessageId));
    return [...rows, ...rest.map((message) => this.#pending(message))];
  }

  #message(message: MessageView): TimelineItem {
    const { sequence, sender, clientMessageId } = message;
    const known = this.#rows.get(message);
    if (known !== undefined) return known;
    const key = clientMessageId === '' ? `#${sequence}` : keyOf(sender.number, clientMessageId);
    return this.#keep(message, { kind: 'message', key, message });
  }

  #pending(message: PendingMessage): TimelineItem {
    const key = keyOf(message.sender.number, message.clientMessageId);
    return this.#rows.get(message) ?? this.#keep(message, { kind: 'pending', key, message });
  }

  #keep(message: MessageView | PendingMessage, row: TimelineItem): TimelineItem {
    this.#rows.set(message, row);
    return row;
  }
}

/** An id is unique among the messages of its sender in a room. */
const keyOf = (sender: number, clientMessageId: string): string => `${sender}/${clientMessageId}`;

const isSame = <T>(one: readonly T[], other: readonly T[]): boolean =>
  one === other || (one.length === other.length && one.every((each, index) => each === other[index]));
