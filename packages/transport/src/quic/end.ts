/** How connections end, as numbers on the wire and in the contract's words. */
import { CloseCode } from '@sotto/protocol/udp';
import type { CloseReason } from '../contract.ts';

/** Added to the codes of udp.md: QUIC's own way of ending in silence and its "no error" look the same to us as 0. */
const FIRST_CODE = 0x100;

export interface Outcome {
  reason: CloseReason;
  detail: string;
}

/** What a CONNECTION_CLOSE of this side says [QUIC-5]. */
export const closeOptions = (code: CloseCode, reason: string) => ({
  code: FIRST_CODE + code,
  type: 'application' as const,
  reason,
});

/** Ends that the peer chose in order, as far as it could. */
const IN_ORDER: ReadonlySet<number> = new Set([CloseCode.done, CloseCode.malformed, CloseCode.refused]);

/** Why a session is over that this side did not end; `error` is what the runtime says, if anything. */
export function outcomeOf(error: unknown): Outcome {
  if (error === undefined) return { reason: 'lost', detail: 'nothing was heard any more' };
  const detail = detailOf(error);
  const code = applicationCode(error);
  return { reason: code !== undefined && IN_ORDER.has(code) ? 'peer' : 'lost', detail };
}

/** Of the codes of udp.md; undefined where the peer's QUIC ended the connection, not the peer. */
export const applicationCode = (error: unknown): number | undefined =>
  isQuicError(error) && error.code === 'ERR_QUIC_APPLICATION_ERROR'
    ? Number(error.errorCode) - FIRST_CODE
    : undefined;

/** RFC 9000 section 20.1; the second is an alert of TLS (RFC 9001 section 4.8). */
export const TransportCode = {
  internalError: 1,
  connectionRefused: 2,
  noApplicationProtocol: 0x100 + 120,
} as const;

/** Undefined where it is not QUIC that ended the connection. */
export const transportCode = (error: unknown): number | undefined =>
  isQuicError(error) && error.code === 'ERR_QUIC_TRANSPORT_ERROR' ? Number(error.errorCode) : undefined;

interface QuicError extends Error {
  code: string;
  errorCode?: bigint;
  reason?: string;
}

const isQuicError = (error: unknown): error is QuicError => error instanceof Error && 'code' in error;

/** Words of a peer may hold anything, and end up on somebody's screen. */
const WORDS_MAX = 200;

const detailOf = (error: unknown): string => {
  const words = isQuicError(error) ? (error.reason ?? error.message) : String(error);
  return words.slice(0, WORDS_MAX).replaceAll(/[^\x20-\x7e]/g, '?');
};
