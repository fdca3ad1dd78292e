/** biome-ignore-all lint/a11y/useMediaCaption: people send them as they are. */
import type { FileInfo, FilePreview, MessageView } from '@sotto/client';
import { useSelected, useStore } from '../hooks/use-store.ts';
import { IconButton } from '../ui/button.tsx';
import styles from './file-card.module.css';
import { FileLine } from './file-line.tsx';
import { durationWords, fittedSize } from './fitted.ts';
import { PictureLook } from './picture-look.tsx';
import { TransferLine } from './transfer-line.tsx';
import { type FileUse, useFile } from './use-file.ts';
import { useThumbnail } from './use-thumbnail.ts';

/** A file that a message offers: what it is, how to get it, how far it has come. */
export function FileCard({ message, file }: { message: MessageView; file: FileInfo }) {
  const store = useStore();
  const id = `${message.room.number}/${message.sequence}`;
  const transfer = useSelected(store.transfers, (all) => all.get(id), [id]);
  const use = useFile(message, file);
  const isDeclined = file.answer === 'declined';
  return (
    <FileLine
      name={use.name}
      sizeBytes={file.sizeBytes}
      media={use.media}
      note={noteOf(file)}
      look={!isDeclined && <Look use={use} file={file} />}
      action={!isDeclined && <Actions use={use} isMoving={transfer !== undefined} />}
    >
      {transfer !== undefined && <TransferLine transfer={transfer} />}
      {!isDeclined && file.preview?.text !== undefined && (
        <pre className={styles.text}>{file.preview.text}</pre>
      )}
    </FileLine>
  );
}

function noteOf({ answer, preview }: FileInfo): string | undefined {
  if (answer === 'declined') return 'declined';
  return preview?.durationMs === undefined ? undefined : durationWords(preview.durationMs);
}

/** What can be pressed beside its name. What opens it stays while it comes: the focus is in it, and comes back to it. */
function Actions({ use, isMoving }: { use: FileUse; isMoving: boolean }) {
  const { name, media, url, isAsked, show, save, decline } = use;
  const plays = media?.kind === 'audio' || media?.kind === 'video';
  return (
    <>
      {media !== undefined && !(plays && url !== undefined) && (
        <IconButton
          icon={plays ? 'play' : 'eye'}
          label={`${plays ? 'Play' : 'Open'} ${name}`}
          onClick={show}
        />
      )}
      {!isMoving && <IconButton icon="download" label={`Save ${name}`} onClick={save} />}
      {!isMoving && isAsked && <IconButton icon="close" label={`Decline ${name}`} onClick={decline} />}
    </>
  );
}

/** Of pictures and films, and of sounds that play. */
function Look({ use, file: { preview } }: { use: FileUse; file: FileInfo }) {
  const { media, url, name, isComing, show } = use;
  const thumbnail = useThumbnail(preview?.thumbnail);
  const playing = { src: url, 'aria-label': name, controls: true, autoPlay: true };
  switch (media?.kind) {
    case 'audio':
      return url && <audio className={styles.sound} {...playing} />;
    case 'video':
      if (url !== undefined) return <video className={styles.shown} {...playing} {...sizeOf(preview)} />;
      return <PictureLook url={thumbnail} preview={preview} label={`Play ${name}`} isFilm onOpen={show} />;
    case 'picture':
      return (
        <PictureLook {...{ preview, isComing }} url={url ?? thumbnail} label={`Open ${name}`} onOpen={show} />
      );
    case 'pdf':
    case 'text':
    case undefined:
      return null;
  }
}

const sizeOf = (preview: FilePreview | undefined) => preview && fittedSize(preview);
