import type { RandomNumber } from '@sotto/protocol/testing';

/** A copy with some bytes changed, or its end cut off or grown. */
export function damaged(bytes: Uint8Array, number: RandomNumber): Uint8Array {
  const kind = number(8);
  if (kind === 0) return bytes.slice(0, number(bytes.length + 1));
  if (kind === 1) {
    const longer = new Uint8Array(bytes.length + 1 + number(200));
    longer.set(bytes);
    return longer;
  }
  const copy = bytes.slice();
  // The header is a small part of the packet and most of what there is to get wrong.
  const within = number(2) === 0 ? Math.min(40, copy.length) : copy.length;
  for (let count = 1 + number(3); count > 0; count--) {
    const at = number(within);
    if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ (1 + number(255));
  }
  return copy;
}

export function joined(head: Uint8Array, tail: Uint8Array, number: RandomNumber): Uint8Array {
  const first = head.subarray(0, number(head.length + 1));
  const second = tail.subarray(number(tail.length + 1));
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

/** Of any length; half of them look like packets at their beginning. */
export function random(number: RandomNumber): Uint8Array {
  const bytes = new Uint8Array(number(4) === 0 ? number(60) : number(1_300));
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const word = number(2 ** 32);
    bytes[at] = word;
    bytes[at + 1] = word >>> 8;
    bytes[at + 2] = word >>> 16;
    bytes[at + 3] = word >>> 24;
  }
  if (number(2) === 0 && bytes.length > 5) {
    bytes[0] = [0x40, 0xc0, 0xd0, 0xe0][number(4)] ?? 0;
    if (number(4) > 0) bytes.set([0x53, 0x4f, 0x54, 0x01], 1);
  }
  return bytes;
}
