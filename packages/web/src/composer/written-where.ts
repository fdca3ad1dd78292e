import type { Conversation } from '@sotto/app';
import type { MessageView } from '@sotto/client';
import type { RoomNumber, Sequence } from '@sotto/model';

/** What is being done with the text field. */
export type Writing =
  | { kind: 'new' }
  | { kind: 'reply'; to: Sequence; message: MessageView | undefined }
  | { kind: 'edit'; message: MessageView };

/** What a text field writes into. */
export interface WrittenWhere {
  room: RoomNumber;
  thread?: Sequence;
  writing: Writing;
  onWriting(writing: Writing): void;
  /** Up in an empty field edits it. */
  lastOwn: Conversation['lastOwn'];
  /** Something was sent. */
  onSent(): void;
}
