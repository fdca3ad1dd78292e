import type { RoomNumber, Sequence } from '@sotto/model';
import type { Readable } from '../slice.ts';
import type { Item } from './items.ts';

/** What one end of the loaded stretch is doing. */
export type Edge =
  /** There is nothing beyond it. */
  { kind: 'end' } | { kind: 'more' } | { kind: 'loading' } | { kind: 'failed'; error: Error };

/** Where the list is to stand when it shows a stretch for the first time. */
export type Landing = { kind: 'end' } | { kind: 'item'; key: string; align: 'start' | 'center' };

export type Phase = 'loading' | 'ready' | 'failed';

export interface ConversationState {
  phase: Phase;
  /** Why it is 'failed'. */
  error: Error | undefined;
  /** Counts the jumps: another number is another list, which stands at `landing`. */
  stretch: number;
  landing: Landing;
  items: readonly Item[];
  before: Edge;
  after: Edge;
  /** What came while the reader was not at the end. */
  below: number;
}

/** A room that is being read. */
export interface Conversation {
  readonly room: RoomNumber;
  readonly state: Readable<ConversationState>;
  /** Lands on the line of what is new, or at the end. */
  open(): Promise<void>;
  loadBefore(): void;
  loadAfter(): void;
  /** Shows the message, and what is around it. Rejects where it is not there. */
  goTo(sequence: Sequence): Promise<void>;
  goToEnd(): Promise<void>;
  /** The reader sees the end of the present, or does not. What is seen is marked as read. */
  at(place: { isAtEnd: boolean; isLooking: boolean }): void;
  close(): void;
}
