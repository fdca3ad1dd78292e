/** What happened elsewhere than where one looks, said for a while at the top of the window. */
import { Slice } from '@sotto/app';

export interface Toast {
  id: number;
  kind: 'info' | 'success' | 'danger';
  words: string;
  action?: { label: string; run: () => void };
}

const SHOWN_MAX = 3;

const slice = new Slice<readonly Toast[]>([]);
let last = 0;

export const toasts = { get: slice.get, subscribe: slice.subscribe };

export function addToast(toast: Omit<Toast, 'id'>): void {
  last += 1;
  slice.set([...slice.get(), { ...toast, id: last }].slice(-SHOWN_MAX));
}

export function removeToast(id: number): void {
  slice.set(slice.get().filter((toast) => toast.id !== id));
}
