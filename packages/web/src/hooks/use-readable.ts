import type { Readable } from '@sotto/app';
import { useSyncExternalStore } from 'react';

/** The value now, and again after each change. */
export const useReadable = <T>(readable: Readable<T>): T =>
  useSyncExternalStore(readable.subscribe, readable.get);
