import { CLIENT_MESSAGE_ID_BYTES } from '@sotto/model';
import type { Environment } from '../environment.ts';
import { toHex } from '../hex.ts';

const TIME_BYTES = 6;

/**
 * In hex: 48 bits of milliseconds since 1970, then random ones, so that ids made one after the other lie next to each
 * other in the server's index (docs/decisions/0010-storage.md). Nothing reads the time out of them.
 */
export function newMessageId({ clock, random }: Pick<Environment, 'clock' | 'random'>): string {
  const time = Math.trunc(clock.now())
    .toString(16)
    .padStart(2 * TIME_BYTES, '0');
  return time + toHex(random.bytes(CLIENT_MESSAGE_ID_BYTES - TIME_BYTES));
}
