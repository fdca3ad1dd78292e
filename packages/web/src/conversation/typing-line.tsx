import type { RoomNumber, Sequence } from '@sotto/model';
import { useReadable, useStore } from '../hooks/use-store.ts';
import styles from './pane.module.css';
import { writingWords } from './words.ts';

/** Who is writing; of fixed height, so that nothing jumps. */
export function TypingLine({ room, thread }: { room: RoomNumber; thread?: Sequence }) {
  const people = useReadable(useStore().typing(room, thread));
  return (
    <div className={styles.typing} aria-live="polite">
      {writingWords(people)}
    </div>
  );
}
