/** A room that is being read, as it is shown. */
import type { MessageView } from '@sotto/client';
import type { RoomNumber, Sequence } from '@sotto/model';
import type { Readable } from '../slice.ts';
import type { Item } from './items.ts';

/** What one end of the loaded stretch is doing. */
export type Edge =
  /** There is nothing beyond it. */
  { kind: 'end' } | { kind: 'more' } | { kind: 'loading' } | { kind: 'failed'; error: Error };

/** Where the list is to go; another object is another jump. */
export type Landing = { kind: 'end' } | { kind: 'item'; key: string; align: 'start' | 'center' };

export type Phase = { kind: 'loading' } | { kind: 'ready' } | { kind: 'failed'; error: Error };

export interface ConversationState {
  phase: Phase;
  /** Another number is another list: nothing of where the one before was scrolled counts. */
  stretch: number;
  landing: Landing;
  items: readonly Item[];
  before: Edge;
  after: Edge;
  /** Up to where there is something to read; undefined while only what is kept on this device is shown. */
  head: Sequence | undefined;
}

export interface Conversation {
  readonly room: RoomNumber;
  readonly state: Readable<ConversationState>;
  /** Lands on the line of what is new, or at the end. */
  open(): Promise<void>;
  loadBefore(): void;
  loadAfter(): void;
  /** Shows the message and what is around it; of a thread, where the thread begins. Rejects where it is not there. */
  goTo(sequence: Sequence): Promise<MessageView>;
  /** Shows what was said from then on; the end where nothing was. */
  goToMoment(moment: Date): Promise<void>;
  goToEnd(): Promise<void>;
  /** The reader sees the end of what is shown, or does not. What they see is marked as read. */
  at(place: { isAtEnd: boolean; isLooking: boolean }): void;
  /** All of it, wherever one is. */
  markRead(): void;
  /** The last message of this account that can be edited; none where a later one is on its way, as that one is meant. */
  lastOwn(): MessageView | 'onItsWay' | undefined;
  close(): void;
}
