import type { Store } from '@sotto/app';
import type { JoinedRoom, Person, PrivateAnswer } from '@sotto/client';
import type { Sequence } from '@sotto/model';
import type { OpenDialog } from '../../shell/open-dialog.ts';
import type { Beside } from '../../side/beside.ts';

/** Where a command is typed, and what it may open. */
export interface Scene {
  store: Store;
  room: JoinedRoom;
  thread: Sequence | undefined;
  open(dialog: OpenDialog): void;
  show: Beside['show'];
  /** Who they are, beside the text field. */
  showPerson(person: Person): void;
}

/** What a command came to. */
export type Outcome =
  /** It is seen, or `words` say it. */
  | { kind: 'done'; words?: string }
  /** To be copied from where it is shown: it is told here and never again. */
  | { kind: 'code'; words: string; code: string }
  /** Only this account is told. */
  | { kind: 'private'; title: string; answer: PrivateAnswer };

export const DONE: Outcome = { kind: 'done' };
export const said = (words: string): Outcome => ({ kind: 'done', words });
