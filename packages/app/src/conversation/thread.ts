import type { RoomNumber, Sequence } from '@sotto/model';
import type { Readable } from '../slice.ts';
import type { Phase } from './conversation.ts';
import type { Item } from './items.ts';

export interface ThreadState {
  phase: Phase;
  error: Error | undefined;
  /** Its first message first. */
  items: readonly Item[];
}

/** A thread that is being read. */
export interface Thread {
  readonly room: RoomNumber;
  readonly root: Sequence;
  readonly state: Readable<ThreadState>;
  open(): Promise<void>;
  close(): void;
}
