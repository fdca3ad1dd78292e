/** What a room or a thread shows beside its messages. */
import type { Answer } from '@sotto/client';
import type { RoomNumber, Sequence } from '@sotto/model';
import { answersIn } from '../answers.ts';
import type { Readable } from '../slice.ts';
import type { Transfer } from '../transfers.ts';

export interface Around {
  /** On their way there; undefined: outside threads. */
  answers(thread: Sequence | undefined): readonly Answer[];
  uploads(thread: Sequence | undefined): readonly Transfer[];
  /** Either of them changed. */
  onChange(listener: () => void): () => void;
  /** There is a connection again. */
  onOnline(listener: () => void): () => void;
}

export interface Sources {
  answers: Readable<ReadonlyMap<number, Answer>>;
  transfers: Readable<ReadonlyMap<string, Transfer>>;
  status: Readable<{ kind: string }>;
}

export function aroundRoom(room: RoomNumber, { answers, transfers, status }: Sources): Around {
  return {
    answers: (thread) => answersIn(answers.get(), room, thread),
    uploads: (thread) =>
      [...transfers.get().values()].filter(
        (each) => each.kind === 'upload' && each.room === room && each.thread === thread,
      ),
    onChange: (listener) => {
      const ends = [answers.subscribe(listener), transfers.subscribe(listener)];
      return () => {
        for (const end of ends) end();
      };
    },
    onOnline: (listener) =>
      status.subscribe(() => {
        if (status.get().kind === 'online') listener();
      }),
  };
}
