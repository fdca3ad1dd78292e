import { errorWords } from '@sotto/app';
import type { FileInfo, MessageView } from '@sotto/client';
import { safeFileName } from '@sotto/model';
import { useEffect, useState } from 'react';
import { useStore } from '../hooks/use-store.ts';
import { addToast } from '../ui/toasts.ts';
import { isShownAtOnce, type Media, mediaOf } from './media.ts';
import { saveFrom } from './save-blob.ts';
import { useShowFile } from './showing.tsx';
import { isCalledOff, useBytes } from './use-bytes.ts';
import { useObjectUrl } from './use-object-url.ts';

export interface FileUse {
  /** As it may be called on this machine. */
  name: string;
  /** It was offered to this account alone, which has not said yet whether it is wanted. */
  isAsked: boolean;
  /** undefined where it cannot be shown. */
  media: Media | undefined;
  /** Where it is shown from in its row, once it is here; of pictures, and of sounds and films that were asked for. */
  url: string | undefined;
  /** It is fetched without being asked for. */
  isComing: boolean;
  /** Large, where it can be; sounds and films play in their row. */
  show(): void;
  save(): void;
  decline(): void;
}

/** What can be done with the file of a message. */
export function useFile(message: MessageView, file: FileInfo): FileUse {
  const { client } = useStore();
  const bytes = useBytes(message, file);
  const showLarge = useShowFile();
  const { room, sequence } = message;
  const { isAsked, blob, download } = bytes;
  const [isPlaying, setPlaying] = useState(false);
  const name = safeFileName(file.name);
  const media = mediaOf(file);
  const plays = media?.kind === 'audio' || media?.kind === 'video';
  const told = (error: unknown) => {
    if (!isCalledOff(error)) addToast({ kind: 'danger', words: `${name}: ${errorWords(error)}` });
  };
  const isAtOnce =
    media !== undefined && isShownAtOnce(media, file) && !isAsked && file.answer !== 'declined';
  useEffect(() => {
    // A picture that does not come can be opened, which says why.
    if (isAtOnce && blob === undefined) download().catch(() => {});
  }, [isAtOnce, blob, download]);
  const isShown = media?.kind === 'picture' || (plays && isPlaying);
  return {
    name,
    isComing: isAtOnce,
    isAsked,
    media,
    url: useObjectUrl(
      isShown ? blob : undefined,
      media === undefined || media.kind === 'text' ? '' : media.type,
    ),
    show: () => {
      if (!plays) showLarge(message);
      else void download().then(() => setPlaying(true), told);
    },
    save: () => void saveFrom(bytes, name),
    decline: () => void client.declineFile(room.number, sequence).catch(told),
  };
}
