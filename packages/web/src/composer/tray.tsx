/** The files that wait in a text field. A chunk of its own. */
import { formatBytes } from '@sotto/model';
import { iconOf } from '../files/file-line.tsx';
import { mediaOf } from '../files/media.ts';
import { useObjectUrl } from '../files/use-object-url.ts';
import { IconButton } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { Icon } from '../ui/icon.tsx';
import type { Attachment } from './attached.ts';
import styles from './tray.module.css';

export interface TrayProps {
  all: readonly Attachment[];
  onRemove(id: string): void;
}

export default function Tray({ all, onRemove }: TrayProps) {
  return (
    <ul className={styles.tray} aria-label="Attached files">
      {wrongFirst(all).map((each) => (
        <Waiting key={each.id} attachment={each} onRemove={() => onRemove(each.id)} />
      ))}
    </ul>
  );
}

/** What stands in the way of sending is seen without scrolling. */
const wrongFirst = (all: readonly Attachment[]): readonly Attachment[] => [
  ...all.filter(({ state }) => typeof state === 'object'),
  ...all.filter(({ state }) => typeof state !== 'object'),
];

function Waiting({ attachment, onRemove }: { attachment: Attachment; onRemove: () => void }) {
  const { file, state } = attachment;
  const media = mediaOf({ name: file.name, mediaType: file.type, sizeBytes: file.size });
  const url = useObjectUrl(
    media?.kind === 'picture' ? file : undefined,
    media?.kind === 'picture' ? media.type : '',
  );
  const problem = typeof state === 'object' ? state.problem : undefined;
  return (
    <li className={classes(styles.file, problem !== undefined && styles.wrong)}>
      {url === undefined ? (
        <span className={styles.sign}>
          <Icon name={problem === undefined ? iconOf(media) : 'alert'} />
        </span>
      ) : (
        <img className={styles.picture} src={url} alt="" draggable={false} />
      )}
      <span className={styles.words}>
        <span className={styles.name}>{file.name}</span>
        {problem === undefined ? (
          <span className={styles.size}>{formatBytes(file.size)}</span>
        ) : (
          <span className={styles.problem} role="alert">
            {problem}
          </span>
        )}
      </span>
      <IconButton icon="close" size="small" label={`Remove ${file.name}`} onClick={onRemove} />
    </li>
  );
}
