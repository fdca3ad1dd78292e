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
export function applicationCode(error: unknown): number | undefined {
  if (!isQuicError(error) || error.code !== 'ERR_QUIC_APPLICATION_ERROR') return undefined;
  return Number(error.errorCode) - FIRST_CODE;
}

interface QuicError extends Error {
  code: string;
  errorCode?: bigint;
  reason?: string;
}

export const isQuicError = (error: unknown): error is QuicError => error instanceof Error && 'code' in error;

const detailOf = (error: unknown): string => {
  if (!isQuicError(error)) return String(error);
  return error.reason ?? error.message;
};
