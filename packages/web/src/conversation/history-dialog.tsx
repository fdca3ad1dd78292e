import { useAsked } from '../hooks/use-asked.ts';
import { useStore } from '../hooks/use-store.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { Body } from './body.tsx';
import type { MessageDialogProps } from './delete-dialog.tsx';
import styles from './row.module.css';
import { exactWords } from './times.ts';

/** What a message said, from the beginning. */
export function HistoryDialog({ message, onClose }: MessageDialogProps) {
  const { client } = useStore();
  const { room, sequence } = message;
  const [told] = useAsked(() => client.revisions(room.number, sequence), sequence);
  return (
    <Dialog title="History of this message" onClose={onClose}>
      {told.kind === 'loading' && <Skeleton shape="lines" label="History" />}
      {told.kind === 'failed' && <Notice kind="danger">{told.words}</Notice>}
      {told.kind === 'ready' && (
        <ol className={styles.revisions}>
          {told.value.map((revision) => (
            <li key={revision.sequence}>
              <time className={styles.revisionTime} dateTime={revision.at.toISOString()}>
                {exactWords(revision.at)}
              </time>
              <Body text={revision.text ?? 'Not kept any more.'} />
            </li>
          ))}
        </ol>
      )}
    </Dialog>
  );
}
