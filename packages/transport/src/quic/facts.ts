import type { QuicSession } from 'node:quic';
import type { PathFacts } from '../contract.ts';

/** What a figure of loss is made of: enough that one packet does not show as much, few enough that it is of lately. */
const WINDOW_PACKETS = 200;
const NANOSECONDS_A_MS = 1e6;

/** The part of packets that was lost lately, from the runtime's sums. */
export class LossMeter {
  #sent = 0;
  #lost = 0;
  #rate = 0;

  /** The sums so far. */
  update(sent: number, lost: number): number {
    const fresh = sent - this.#sent;
    if (fresh <= 0) return this.#rate;
    const weight = Math.min(1, fresh / WINDOW_PACKETS);
    const rate = Math.min(1, Math.max(0, lost - this.#lost) / fresh);
    this.#rate += (rate - this.#rate) * weight;
    this.#sent = sent;
    this.#lost = lost;
    return this.#rate;
  }
}

/** The runtime tells these beside what Node.js documents. */
type Stats = QuicSession['stats'] & { readonly pktSent?: bigint; readonly pktLost?: bigint };

export function pathFacts(session: QuicSession, meter: LossMeter): PathFacts {
  const { smoothedRtt, cwnd, pktSent, pktLost } = session.stats as Stats;
  return {
    roundTripMs: Number(smoothedRtt) / NANOSECONDS_A_MS,
    loss: meter.update(Number(pktSent ?? 0n), Number(pktLost ?? 0n)),
    windowBytes: Number(cwnd),
    ...(pktLost === undefined ? {} : { packetsLost: Number(pktLost) }),
  };
}
