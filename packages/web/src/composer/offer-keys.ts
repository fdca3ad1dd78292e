import { type KeyPress, keyAction } from '@sotto/app';

type OfferKey = { kind: 'choose'; at: number } | { kind: 'take' } | { kind: 'leave' };

/** What a key does while `count` words are offered, and the one at `at` is chosen; undefined: it is another one's. */
export function offerKey(press: KeyPress, at: number, count: number): OfferKey | undefined {
  if (count === 0) return undefined;
  switch (keyAction(press, 'offer')) {
    case 'nextOffer':
      return { kind: 'choose', at: (at + 1) % count };
    case 'previousOffer':
      return { kind: 'choose', at: (at - 1 + count) % count };
    case 'takeOffer':
      return { kind: 'take' };
    case 'leaveOffer':
      return { kind: 'leave' };
    default:
      return undefined;
  }
}
