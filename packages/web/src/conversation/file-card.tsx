import { errorWords, type Transfer } from '@sotto/app';
import type { FileInfo, MessageView, TransferProgress } from '@sotto/client';
import { formatBytes } from '@sotto/model';
import type { ReactNode } from 'react';
import { useSelected, useStore } from '../hooks/use-store.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import styles from './file-card.module.css';
import type { Media } from './media.ts';
import { useFile } from './use-file.ts';
import { useThumbnail } from './use-thumbnail.ts';

/** A file that a message offers: what it is, how to get it, how far it has come. */
export function FileCard({ message, file }: { message: MessageView; file: FileInfo }) {
  const store = useStore();
  const id = `${message.room.number}/${message.sequence}`;
  const transfer = useSelected(store.transfers, (all) => all.get(id), [id]);
  const picture = useThumbnail(file.preview?.thumbnail);
  const use = useFile(message, file);
  const isIdle = transfer === undefined && file.answer !== 'declined';
  return (
    <FileLine
      name={use.name}
      sizeBytes={file.sizeBytes}
      picture={use.url === undefined ? picture : undefined}
      note={file.answer === 'declined' ? 'declined' : undefined}
      action={
        isIdle && (
          <>
            {use.media !== undefined && use.url === undefined && (
              <IconButton icon="eye" label={`Show ${use.name}`} onClick={use.show} />
            )}
            <IconButton icon="download" label={`Save ${use.name}`} onClick={use.save} />
            {use.isAsked && <IconButton icon="close" label={`Decline ${use.name}`} onClick={use.decline} />}
          </>
        )
      }
    >
      {transfer !== undefined && <TransferLine transfer={transfer} />}
      {use.url !== undefined && use.media !== undefined && (
        <Shown media={use.media} url={use.url} name={use.name} />
      )}
      {file.preview?.text !== undefined && <pre className={styles.text}>{file.preview.text}</pre>}
    </FileLine>
  );
}

function Shown({ media, url, name }: { media: Media; url: string; name: string }) {
  switch (media.element) {
    case 'img':
      return <img className={styles.shown} src={url} alt={name} />;
    case 'audio':
      // biome-ignore lint/a11y/useMediaCaption: people send them as they are.
      return <audio className={styles.shown} src={url} aria-label={name} controls />;
    case 'video':
      // biome-ignore lint/a11y/useMediaCaption: people send them as they are.
      return <video className={styles.shown} src={url} aria-label={name} controls />;
  }
}

export interface FileLineProps {
  name: string;
  sizeBytes?: number;
  /** Address of a small picture of it. */
  picture?: string | undefined;
  action?: ReactNode;
  /** Beside its size. */
  note?: string | undefined;
  children?: ReactNode;
}

export function FileLine({ name, sizeBytes, picture, action, note, children }: FileLineProps) {
  return (
    <div className={styles.card}>
      <div className={styles.line}>
        {picture === undefined ? (
          <Icon name="file" size="large" />
        ) : (
          <img className={styles.picture} src={picture} alt="" />
        )}
        <div className={styles.words}>
          <span className={styles.name}>{name}</span>
          {sizeBytes !== undefined && (
            <span className={styles.size}>
              {formatBytes(sizeBytes)}
              {note !== undefined && `, ${note}`}
            </span>
          )}
        </div>
        {action}
      </div>
      {children}
    </div>
  );
}

/** How far it is, and how to call it off; what failed can be tried again. */
export function TransferLine({ transfer }: { transfer: Transfer }) {
  const store = useStore();
  const { state, id, name, cancel } = transfer;
  if (state.kind === 'failed') {
    return (
      <div className={styles.transfer} role="alert">
        <span className={styles.failed}>{errorWords(state.error)}</span>
        <Button variant="quiet" onClick={() => store.retryTransfer(id)}>
          Try again
        </Button>
        <Button variant="quiet" onClick={cancel}>
          Discard
        </Button>
      </div>
    );
  }
  return (
    <div className={styles.transfer}>
      <progress
        className={styles.bar}
        aria-label={name}
        max={state.progress?.totalBytes ?? 1}
        value={state.progress?.doneBytes ?? 0}
      />
      <span className={styles.size}>{progressWords(state.progress)}</span>
      <IconButton icon="close" size="small" label={`Cancel ${name}`} onClick={cancel} />
    </div>
  );
}

function progressWords(progress: TransferProgress | undefined): string {
  if (progress === undefined) return 'Starting';
  switch (progress.phase) {
    case 'hashing':
      return 'Reading';
    case 'waiting':
      return 'Waiting';
    case 'finishing':
      return 'Finishing';
    case 'moving':
      return `${formatBytes(progress.doneBytes)} of ${formatBytes(progress.totalBytes)}`;
  }
}
