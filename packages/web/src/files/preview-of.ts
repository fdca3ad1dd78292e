/** What is told of a file that is sent, so that others see what it is before they have it. A chunk of its own. */
import type { FilePreview } from '@sotto/client';
import { FILE_PREVIEW_MAX_BYTES, PREVIEW_TEXT_MAX_BYTES, THUMBNAIL_MAX_PIXELS } from '@sotto/model';
import { textOf } from './looks.ts';
import { mediaOf } from './media.ts';

const LINES_MAX = 12;
/** Larger pictures are not decoded for it: they take four bytes for each of their pixels. */
const DECODED_MAX_BYTES = 40 * 1024 * 1024;
const QUALITIES = [0.8, 0.6, 0.4, 0.2] as const;
/** Beside the picture there are its sizes. */
const THUMBNAIL_MAX_BYTES = FILE_PREVIEW_MAX_BYTES - 256;

/** undefined where there is nothing to tell. Never rejects. */
export async function previewOf(file: File): Promise<FilePreview | undefined> {
  const media = mediaOf({ name: file.name, mediaType: file.type, sizeBytes: file.size });
  const made = (): Promise<FilePreview | undefined> => {
    switch (media?.kind) {
      case 'picture':
        return ofPicture(file);
      case 'video':
      case 'audio':
        return ofMedia(file, media.kind, media.type);
      case 'text':
        return ofText(file);
      case 'pdf':
      case undefined:
        return Promise.resolve(undefined);
    }
  };
  return made().catch(() => undefined);
}

async function ofPicture(file: File): Promise<FilePreview | undefined> {
  if (file.size > DECODED_MAX_BYTES) return undefined;
  const bitmap = await createImageBitmap(file);
  try {
    const { width, height } = bitmap;
    return { width, height, ...(await thumbnailOf(bitmap, width, height)) };
  } finally {
    bitmap.close();
  }
}

async function thumbnailOf(picture: CanvasImageSource, width: number, height: number) {
  const scale = Math.min(1, THUMBNAIL_MAX_PIXELS / Math.max(width, height));
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(width * scale)),
    Math.max(1, Math.round(height * scale)),
  );
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  for (const quality of QUALITIES) {
    const blob = await canvas.convertToBlob({ type: 'image/webp', quality });
    if (blob.size <= THUMBNAIL_MAX_BYTES) return { thumbnail: new Uint8Array(await blob.arrayBuffer()) };
  }
  return {};
}

async function ofMedia(file: File, kind: 'audio' | 'video', type: string): Promise<FilePreview | undefined> {
  const element = document.createElement(kind);
  const url = URL.createObjectURL(new Blob([file], { type }));
  try {
    element.preload = 'auto';
    element.muted = true;
    await told(element, 'loadeddata', () => {
      element.src = url;
    });
    const { duration } = element;
    const known =
      Number.isFinite(duration) && duration > 0 ? { durationMs: Math.round(duration * 1_000) } : {};
    if (!(element instanceof HTMLVideoElement)) return known;
    const { videoWidth: width, videoHeight: height } = element;
    if (width === 0 || height === 0) return known;
    await told(element, 'seeked', () => {
      element.currentTime = Number.isFinite(duration) ? Math.min(1, duration / 10) : 0;
    });
    return { width, height, ...known, ...(await thumbnailOf(element, width, height)) };
  } finally {
    element.removeAttribute('src');
    URL.revokeObjectURL(url);
  }
}

function told(element: HTMLMediaElement, name: string, begin: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    element.addEventListener(name, () => resolve(), { once: true });
    element.addEventListener('error', () => reject(new Error('the browser cannot read it')), { once: true });
    begin();
  });
}

const CONTROLS = /[^\P{Cc}\t\n]/u;

async function ofText(file: File): Promise<FilePreview | undefined> {
  const text = await textOf(file.slice(0, PREVIEW_TEXT_MAX_BYTES));
  if (text === undefined || CONTROLS.test(text) || text.includes('\ufffd')) return undefined;
  const lines = text.split('\n').slice(0, LINES_MAX).join('\n').trimEnd();
  const isShort = new TextEncoder().encode(lines).length <= PREVIEW_TEXT_MAX_BYTES;
  return lines === '' || !isShort ? undefined : { text: lines };
}
