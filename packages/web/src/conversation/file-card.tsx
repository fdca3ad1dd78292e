import { errorWords, type Transfer } from '@sotto/app';
import type { FileInfo, MessageView, TransferProgress } from '@sotto/client';
import { formatBytes, safeFileName } from '@sotto/model';
import type { ReactNode } from 'react';
import { useSelected, useStore } from '../hooks/use-store.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { addToast } from '../ui/toasts.ts';
import styles from './file-card.module.css';
import { saveBlob } from './save-blob.ts';
import { useThumbnail } from './use-thumbnail.ts';

/** A file that a message offers: what it is, how to get it, how far it has come. */
export function FileCard({ message, file }: { message: MessageView; file: FileInfo }) {
  const store = useStore();
  const { room, sequence } = message;
  const id = `${room.number}/${sequence}`;
  const transfer = useSelected(store.transfers, (all) => all.get(id), [id]);
  const picture = useThumbnail(file.preview?.thumbnail);
  const name = safeFileName(file.name);
  const fetchFile = () =>
    store.download(room.number, sequence, name).then(
      (blob) => saveBlob(blob, name),
      (error) => {
        if (!isCancelled(error)) addToast({ kind: 'danger', words: `${name}: ${errorWords(error)}` });
      },
    );
  return (
    <FileLine
      name={name}
      sizeBytes={file.sizeBytes}
      picture={picture}
      action={
        transfer === undefined && (
          <IconButton icon="download" label={`Save ${name}`} onClick={() => void fetchFile()} />
        )
      }
    >
      {transfer !== undefined && <TransferLine transfer={transfer} />}
      {file.preview?.text !== undefined && <pre className={styles.text}>{file.preview.text}</pre>}
    </FileLine>
  );
}

const isCancelled = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

export interface FileLineProps {
  name: string;
  sizeBytes?: number;
  /** Address of a small picture of it. */
  picture?: string | undefined;
  action?: ReactNode;
  children?: ReactNode;
}

export function FileLine({ name, sizeBytes, picture, action, children }: FileLineProps) {
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
          {sizeBytes !== undefined && <span className={styles.size}>{formatBytes(sizeBytes)}</span>}
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
