import { errorWords } from '@sotto/app';
import type { FileInfo, MessageView } from '@sotto/client';
import { safeFileName } from '@sotto/model';
import { useCallback, useEffect, useState } from 'react';
import { useStore } from '../hooks/use-store.ts';
import { addToast } from '../ui/toasts.ts';
import { isShownAtOnce, type Media, mediaOf } from './media.ts';
import { saveBlob } from './save-blob.ts';
import { holdBlob, shownBlob } from './shown-blobs.ts';

export interface FileUse {
  /** As it may be called on this machine. */
  name: string;
  /** It was offered to this account alone, which has not said yet whether it is wanted. */
  isAsked: boolean;
  /** undefined where it cannot be shown in place. */
  media: Media | undefined;
  /** Where it is shown from, once it is here. */
  url: string | undefined;
  show(): void;
  save(): void;
  decline(): void;
}

/** What can be done with the file of a message. */
export function useFile(message: MessageView, file: FileInfo): FileUse {
  const { client, download } = useStoreFor(message, file);
  const { room, sequence, mine } = message;
  const [blob, setBlob] = useState(() => shownBlob(file.sha256));
  const name = safeFileName(file.name);
  const media = mediaOf(file);
  const isAsked = room.kind === 'direct' && !mine && file.answer === undefined;
  const told = (error: unknown) => {
    if (!isCalledOff(error)) addToast({ kind: 'danger', words: `${name}: ${errorWords(error)}` });
  };
  const isAtOnce =
    media !== undefined && isShownAtOnce(media, file) && !isAsked && file.answer !== 'declined';
  useEffect(() => {
    // A picture that does not come has a button that says so when it is pressed.
    if (isAtOnce && blob === undefined) download().then(setBlob, () => {});
  }, [isAtOnce, blob, download]);
  return {
    name,
    isAsked,
    media,
    url: useObjectUrl(blob, media?.type),
    show: () => void download().then(setBlob, told),
    save: () =>
      void (blob === undefined ? download() : Promise.resolve(blob)).then((it) => saveBlob(it, name), told),
    decline: () => void client.declineFile(room.number, sequence).catch(told),
  };
}

/** Whoever takes a file that they are asked about accepts it. */
function useStoreFor({ room, sequence, mine }: MessageView, { name, answer, sha256 }: FileInfo) {
  const store = useStore();
  const isAsked = room.kind === 'direct' && !mine && answer === undefined;
  const { number } = room;
  const download = useCallback(async () => {
    if (isAsked) await store.client.acceptFile(number, sequence);
    const blob = await store.download(number, sequence, safeFileName(name));
    holdBlob(sha256, blob);
    return blob;
  }, [store, number, sequence, isAsked, name, sha256]);
  return { client: store.client, download };
}

const isCalledOff = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

/** The address of the bytes, as long as they are shown, as something of a type of ours. */
function useObjectUrl(blob: Blob | undefined, type: string | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (blob === undefined || type === undefined) return;
    const made = URL.createObjectURL(new Blob([blob], { type }));
    setUrl(made);
    return () => {
      URL.revokeObjectURL(made);
      setUrl(undefined);
    };
  }, [blob, type]);
  return url;
}
