import type { AckRange } from '../wire/ack.ts';
import type { SentPacket } from './sent.ts';
import { PERSISTENT_CONGESTION_THRESHOLD } from './values.ts';

/**
 * Whether two of the lost packets (oldest first) that elicit left so far apart that nothing got through in between for
 * three probe timeouts (RFC 9002 section 7.6). `ranges` is the ack that showed the loss, greatest first; packets up to
 * `after` do not count: a later one was acknowledged before, or no round trip had been measured.
 */
export function spansPersistentCongestion(
  lost: readonly SentPacket[],
  ranges: readonly AckRange[],
  after: number,
  probeTimeoutMs: number,
): boolean {
  const duration = PERSISTENT_CONGESTION_THRESHOLD * probeTimeoutMs;
  let index = ranges.length - 1;
  let startedAt: number | undefined;
  for (const { number, sentAt, eliciting } of lost) {
    if (sentAt <= after || !eliciting) continue;
    while (index >= 0 && (ranges[index]?.last ?? 0) < number) {
      index -= 1;
      // What this range names lies between the packet before and this one.
      startedAt = undefined;
    }
    startedAt ??= sentAt;
    if (sentAt - startedAt > duration) return true;
  }
  return false;
}
