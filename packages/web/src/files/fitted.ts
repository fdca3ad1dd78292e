import type { FilePreview } from '@sotto/client';

/** What a picture takes in its row, at most. */
const PICTURE_MAX_WIDTH = 396;
const PICTURE_MAX_HEIGHT = 320;
/** So that what says it is a line can be pressed. */
const LEAST = 44;

export interface Size {
  width: number;
  height: number;
}

/** The place to keep for a picture before it is there, so that nothing moves when it comes; undefined where nobody knows. */
export function fittedSize({ width, height }: FilePreview): Size | undefined {
  if (width === undefined || height === undefined) return undefined;
  const scale = Math.min(1, PICTURE_MAX_WIDTH / width, PICTURE_MAX_HEIGHT / height);
  return {
    width: Math.max(LEAST, Math.round(width * scale)),
    height: Math.max(LEAST, Math.round(height * scale)),
  };
}

/** "0:42", "1:02:07". */
export function durationWords(durationMs: number): string {
  const all = Math.round(durationMs / 1_000);
  const [hours, minutes, seconds] = [Math.floor(all / 3_600), Math.floor(all / 60) % 60, all % 60];
  const two = (value: number): string => `${value}`.padStart(2, '0');
  return hours === 0 ? `${minutes}:${two(seconds)}` : `${hours}:${two(minutes)}:${two(seconds)}`;
}
