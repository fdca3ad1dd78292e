import type { ConnectionId } from '../../wire/packet.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
export const idHex = (id: bigint): string => id.toString(16).padStart(16, '0');
export const unhexId = (text: string): ConnectionId => BigInt(`0x${text}`) as ConnectionId;
/** Bytes that are easy to tell apart: `length` of them, from `start` on. */
export const counting = (length: number, start = 0): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => start + index);

/** Bytes and 8-byte numbers as hex, everything else as it is. */
export function plain(value: unknown): Json {
  if (value instanceof Uint8Array) return hex(value);
  if (typeof value === 'bigint') return idHex(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
  }
  return value === undefined ? null : (value as Json);
}
