/** The echo of messages over every transport on paths that differ in loss alone, all at the same time. */
import { type LossyEchoFigures, measureEcho } from './measure.ts';
import type { EchoTransport } from './names.ts';

export const TRANSPORTS: readonly EchoTransport[] = ['udp', 'tls', 'quic', 'quicMessages'];
export const ECHO_ROUND_TRIP_MS = 100;
export const MESSAGE_INTERVAL_MS = 50;
/** Long enough for what UDP and QUIC do; TLS at a third of loss may take minutes, and is far behind before that. */
const PATIENCE_MS = 10_000;

/** By loss; there is always one without any. */
export type EchoComparison = ReadonlyMap<number, Record<EchoTransport, LossyEchoFigures>>;

export async function compareEchoes(
  seed: number,
  losses: readonly number[],
  messages: number,
): Promise<EchoComparison> {
  const order = {
    transports: TRANSPORTS,
    messages,
    intervalMs: MESSAGE_INTERVAL_MS,
    patienceMs: PATIENCE_MS,
  };
  const roundTripMs = ECHO_ROUND_TRIP_MS;
  const entries = await Promise.all(
    [0, ...losses].map(
      async (loss) => [loss, await measureEcho({ seed, loss, roundTripMs, order })] as const,
    ),
  );
  return new Map(entries);
}

/**
 * The 99th percentile over UDP, as a part of what the best of the others has: TLS, QUIC with one stream, and QUIC with a
 * stream a message, put in order again, since order is what a lane and TLS give too.
 */
export function slownessRatio(comparison: EchoComparison, loss: number): number {
  const { udp, ...others } = figuresAt(comparison, loss);
  return udp.p99Ms / Math.min(...Object.values(others).map(({ p99Ms }) => p99Ms));
}

/** Packets on the wire, as a multiple of those of the clean path. */
export const packetRatio = (comparison: EchoComparison, loss: number, transport: EchoTransport): number =>
  figuresAt(comparison, loss)[transport].packets / figuresAt(comparison, 0)[transport].packets;

export function figuresAt(comparison: EchoComparison, loss: number): Record<EchoTransport, LossyEchoFigures> {
  const figures = comparison.get(loss);
  if (figures === undefined) throw new Error(`nothing measured at a loss of ${loss}`);
  return figures;
}
