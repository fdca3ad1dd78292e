/** Bans and mutes of one room: their terms, and who is under one (M10). */
import { checkReason, FOREVER_MS, SANCTIONS_MAX } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { UserRecord } from '../accounts/store.ts';
import type { Append } from '../events/store.ts';
import { held, type RoomState } from './directory.ts';
import type { SanctionRecord } from './store.ts';

export type Sanction = SanctionRecord['kind'];

export interface Terms {
  /** 0: for ever. */
  untilMs: number;
  reason: string;
}

export function readReason(reason: string): string {
  const reading = checkReason(reason);
  if (reading.kind === 'valid') return reading.text;
  throw new SottoError(ErrorCode.ARGUMENT_INVALID, `reason: ${reading.reason}`);
}

export function readTerms({ untilMs, reason }: Terms, nowMs: number): Terms {
  // Comparisons with NaN are false.
  if (!(untilMs === 0 || (untilMs > nowMs && untilMs <= FOREVER_MS)))
    throw new SottoError(ErrorCode.ARGUMENT_INVALID, `until_ms: ${untilMs}`);
  return { untilMs: Math.ceil(untilMs), reason: readReason(reason) };
}

/** What the audit log says: how long, and why. */
export function withEnd(reason: string, untilMs: number, nowMs: number): string {
  if (untilMs === 0) return reason;
  const minutes = `${Math.ceil((untilMs - nowMs) / 60_000)} min`;
  return reason === '' ? minutes : `${minutes}: ${reason}`;
}

/** Throws where as many hold as there may be: none is lifted in silence to make room [SANCTION-3]. */
export function newSanction(
  state: RoomState,
  kind: Sanction,
  { by, target, untilMs, reason, nowMs }: Terms & Parties,
): { record: SanctionRecord; append: Append } {
  for (const ended of all(state).filter((one) => held(one, nowMs) === undefined))
    sanctionsOf(state, ended.kind).delete(ended.user);
  const { bans, mutes, record } = state;
  if (bans.size + mutes.size >= SANCTIONS_MAX && !sanctionsOf(state, kind).has(target.number))
    throw new SottoError(ErrorCode.LIMIT_REACHED, `${SANCTIONS_MAX} bans and mutes`);
  const terms = { user: target.number, untilMs, by: by.number, reason };
  const change = { kind: 'sanctionSet' as const, room: record.number, sanction: kind, timeMs: nowMs };
  return {
    record: { kind, atMs: nowMs, ...terms },
    append: { events: [], changes: [{ ...change, ...terms }] },
  };
}

interface Parties {
  by: Pick<UserRecord, 'number'>;
  target: Pick<UserRecord, 'number'>;
  nowMs: number;
}

export const sanctionsOf = ({ bans, mutes }: RoomState, kind: Sanction): RoomState['bans'] =>
  kind === 'ban' ? bans : mutes;

/** Those that hold now. */
export const holding = (state: RoomState, nowMs: number): SanctionRecord[] =>
  all(state).filter((sanction) => held(sanction, nowMs) !== undefined);

const all = ({ bans, mutes }: RoomState): SanctionRecord[] => [...bans.values(), ...mutes.values()];
