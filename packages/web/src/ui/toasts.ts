/** What happened elsewhere than where one looks, said for a while at the top of the window. */
import { Slice } from '@sotto/app';

export interface Toast {
  id: number;
  kind: 'info' | 'success' | 'danger';
  words: string;
  action?: { label: string; run: () => void };
}

/** What failed stays until it is closed. */
const STAYS_MS = 5_000;
const SHOWN_MAX = 3;

const slice = new Slice<readonly Toast[]>([]);
let last = 0;

export const toasts = { get: slice.get, subscribe: slice.subscribe };

export function addToast(toast: Omit<Toast, 'id'>): void {
  last += 1;
  const id = last;
  slice.set([...slice.get(), { ...toast, id }].slice(-SHOWN_MAX));
  if (toast.kind !== 'danger') setTimeout(() => removeToast(id), STAYS_MS);
}

export function removeToast(id: number): void {
  slice.set(slice.get().filter((toast) => toast.id !== id));
}
