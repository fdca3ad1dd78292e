import type { DownloadOptions } from '@sotto/app';
import type { FileInfo, MessageView } from '@sotto/client';
import { safeFileName } from '@sotto/model';
import { useMemo, useState } from 'react';
import { useStore } from '../hooks/use-store.ts';
import { holdBlob, shownBlob } from './shown-blobs.ts';

export interface Bytes {
  /** It was offered to this account alone, which has not said yet whether it is wanted. */
  isAsked: boolean;
  /** Where they are here already. */
  blob: Blob | undefined;
  /** Whoever takes a file that they are asked about accepts it. Rejects where it is called off, or does not come. */
  download(options?: DownloadOptions): Promise<Blob>;
  /** No more than that of it, without a transfer that is shown. */
  beginning(maxBytes: number, signal: AbortSignal): Promise<Blob>;
}

/** The bytes of the file of a message. */
export function useBytes(message: MessageView, file: FileInfo): Bytes {
  const store = useStore();
  const { room, sequence, mine, clientMessageId } = message;
  const { sha256, name, answer } = file;
  const isAsked = room.kind === 'direct' && !mine && answer === undefined;
  const here = () => ({ sha256, blob: shownBlob(sha256, mine ? clientMessageId : undefined) });
  const [held, setHeld] = useState(here);
  // Of the file that is asked about now, where it is another one than before.
  if (held.sha256 !== sha256) setHeld(here());
  const blob = held.sha256 === sha256 ? held.blob : undefined;
  const { number } = room;
  return useMemo(() => {
    const accept = async () => {
      if (isAsked) await store.client.acceptFile(number, sequence);
    };
    return {
      isAsked,
      blob,
      download: async (options) => {
        if (blob !== undefined) return blob;
        await accept();
        const whole = await store.download(number, sequence, safeFileName(name), options);
        holdBlob(sha256, whole);
        setHeld({ sha256, blob: whole });
        return whole;
      },
      beginning: async (maxBytes, signal) => {
        if (blob !== undefined) return blob;
        await accept();
        const { stream } = await store.client.fetchFile(number, sequence, { signal });
        return beginningOf(stream, maxBytes);
      },
    };
  }, [store, number, sequence, isAsked, name, sha256, blob]);
}

async function beginningOf(stream: ReadableStream<Uint8Array>, maxBytes: number): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const reader = stream.getReader();
  let bytes = 0;
  while (bytes < maxBytes) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(Uint8Array.from(value));
    bytes += value.length;
  }
  await reader.cancel().catch(() => {});
  return new Blob(parts);
}

export const isCalledOff = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';
