import type { Store } from '@sotto/app';
import type { JoinedRoom, RoomDetails } from '@sotto/client';
import { useReadable } from '../hooks/use-store.ts';

/** Undefined until they are known. */
export const useDetails = (store: Store, { number }: JoinedRoom): RoomDetails | undefined =>
  useReadable(store.details(number));
