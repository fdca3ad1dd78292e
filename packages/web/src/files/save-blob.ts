import { errorWords } from '@sotto/app';
import { addToast } from '../ui/toasts.ts';
import { type Bytes, isCalledOff } from './use-bytes.ts';

/** How long the browser may take to begin with it. */
const KEPT_MS = 60_000;

/** Offers it to be kept, under that name. What it says it is does not matter: nothing of it is ever shown from here. */
export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(new Blob([blob], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}

/** Downloads it where it is not here yet, and says what went wrong. */
export async function saveFrom(bytes: Bytes, name: string): Promise<void> {
  try {
    saveBlob(await bytes.download({ keep: true }), name);
  } catch (error) {
    if (!isCalledOff(error)) addToast({ kind: 'danger', words: `${name}: ${errorWords(error)}` });
  }
}
