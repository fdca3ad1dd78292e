import type { FileInfo, MessageView } from '@sotto/client';
import { formatBytes, safeFileName } from '@sotto/model';
import { useContext } from 'react';
import { shortWords } from '../conversation/times.ts';
import { nameOf } from '../conversation/words.ts';
import { useMinute } from '../hooks/use-now.ts';
import { useSelected, useStore } from '../hooks/use-store.ts';
import { goTo } from '../routes.ts';
import { useIsWide } from '../shell/wide.ts';
import { ShowBesideContext } from '../side/beside.ts';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { tip } from '../ui/tip.ts';
import { iconOf } from './file-line.tsx';
import styles from './file-tile.module.css';
import { type Media, mediaOf } from './media.ts';
import { saveFrom } from './save-blob.ts';
import { useShowFile } from './showing.tsx';
import { TransferLine } from './transfer-line.tsx';
import { useBytes } from './use-bytes.ts';
import { useObjectUrl } from './use-object-url.ts';
import { useThumbnail } from './use-thumbnail.ts';

export interface FileTileProps {
  message: MessageView;
  /** Nothing but the picture. */
  isPlain: boolean;
}

/** A file in a list of them: opens it, or where it cannot be shown goes to its message. */
export function FileTile({ message, isPlain }: FileTileProps) {
  const { file } = message;
  return file === undefined ? null : <Tile message={message} file={file} isPlain={isPlain} />;
}

function Tile({ message, file, isPlain }: FileTileProps & { file: FileInfo }) {
  const store = useStore();
  const show = useShowFile();
  const goToMessage = useGoToMessage(message);
  const bytes = useBytes(message, file);
  const now = useMinute();
  const id = `${message.room.number}/${message.sequence}`;
  const transfer = useSelected(store.transfers, (all) => all.get(id), [id]);
  const media = mediaOf(file);
  const name = safeFileName(file.name);
  const about = `${nameOf(message.sender)}, ${shortWords(message.sentAt, now)}, ${formatBytes(file.sizeBytes)}`;
  const open = media === undefined ? goToMessage : () => show(message);
  const look = <Look file={file} media={media} blob={bytes.blob} isLarge={isPlain} />;
  if (isPlain) {
    return (
      <li>
        <button type="button" className={styles.picture} aria-label={name} {...tip(name)} onClick={open}>
          {look}
        </button>
      </li>
    );
  }
  return (
    <li className={styles.file}>
      <div className={styles.line}>
        <button type="button" className={styles.open} onClick={open}>
          {look}
          <span className={styles.words}>
            <span className={styles.name}>{name}</span>
            <span className={styles.about}>{about}</span>
          </span>
        </button>
        {media !== undefined && (
          <IconButton
            icon="message"
            size="small"
            label={`Go to the message of ${name}`}
            onClick={goToMessage}
          />
        )}
        <IconButton
          icon="download"
          size="small"
          label={`Save ${name}`}
          onClick={() => void saveFrom(bytes, name)}
        />
      </div>
      {transfer !== undefined && <TransferLine transfer={transfer} />}
    </li>
  );
}

function useGoToMessage({ room, sequence }: MessageView): () => void {
  const isWide = useIsWide();
  const showBeside = useContext(ShowBesideContext);
  return () => {
    // There it would stand in front of the message.
    if (!isWide) showBeside(undefined);
    goTo({ kind: 'room', room: room.number, message: sequence });
  };
}

interface LookProps {
  file: FileInfo;
  media: Media | undefined;
  blob: Blob | undefined;
  isLarge: boolean;
}

/** A small picture of it where there is one. */
function Look({ file, media, blob, isLarge }: LookProps) {
  const isPicture = media?.kind === 'picture';
  const thumbnail = useThumbnail(file.preview?.thumbnail);
  const whole = useObjectUrl(
    isPicture && thumbnail === undefined ? blob : undefined,
    isPicture ? media.type : '',
  );
  const url = thumbnail ?? whole;
  if (url !== undefined)
    return <img className={isLarge ? styles.whole : styles.small} src={url} alt="" draggable={false} />;
  return (
    <span className={isLarge ? styles.wholeSign : styles.sign}>
      <Icon name={iconOf(media)} />
    </span>
  );
}
