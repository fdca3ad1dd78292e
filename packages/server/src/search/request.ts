/** What a client asks for, checked: nothing in it may cost more than a search does. */
import { type RoomNumber, roomStream, SEARCH_PAGE_MAX, type StreamId, type UserNumber } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { parseQuery, type Term } from './query.ts';

/** Rooms, and senders, that one search names. */
const NAMED_MAX = 50;
const CURSOR_BYTES = 8;

export interface SearchRequest {
  terms: readonly Term[];
  /** Of the rooms that are named; empty for all. */
  streams: ReadonlySet<StreamId>;
  senders: readonly UserNumber[];
  sinceMs: number;
  untilMs: number;
  hasLink: boolean;
  hasFile: boolean;
  before: number | undefined;
  limit: number;
}

interface Fields {
  query: string;
  rooms: readonly number[];
  senders: readonly number[];
  sinceMs: number;
  untilMs: number;
  hasLink: boolean;
  hasFile: boolean;
  cursor: Uint8Array;
  limit: number;
}

/** Throws ARGUMENT_INVALID. */
export function readSearch(fields: Fields): SearchRequest {
  const { hasLink, hasFile, limit } = fields;
  const request = {
    terms: parseQuery(fields.query),
    streams: new Set(named(fields.rooms, 'rooms').map((room) => roomStream(room as RoomNumber))),
    senders: named(fields.senders, 'senders') as readonly UserNumber[],
    sinceMs: time(fields.sinceMs),
    untilMs: time(fields.untilMs),
    hasLink,
    hasFile,
    before: readCursor(fields.cursor),
    limit: limit === 0 ? SEARCH_PAGE_MAX : Math.min(limit, SEARCH_PAGE_MAX),
  };
  if (saysNothing(request)) throw invalid('neither words nor filters');
  return request;
}

const saysNothing = ({ terms, streams, senders, ...request }: SearchRequest): boolean =>
  terms.length === 0 &&
  streams.size === 0 &&
  senders.length === 0 &&
  request.sinceMs === 0 &&
  request.untilMs === 0 &&
  !request.hasLink &&
  !request.hasFile;

function named(numbers: readonly number[], what: string): readonly number[] {
  const distinct = [...new Set(numbers)];
  if (distinct.length > NAMED_MAX) throw invalid(`${distinct.length} ${what}, at most ${NAMED_MAX}`);
  return distinct;
}

function time(ms: number): number {
  if (!Number.isFinite(ms) || ms < 0) throw invalid(`${ms} is no time`);
  return ms;
}

export function writeCursor(position: number | undefined): Uint8Array {
  if (position === undefined) return new Uint8Array();
  const bytes = new Uint8Array(CURSOR_BYTES);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(position));
  return bytes;
}

function readCursor(bytes: Uint8Array): number | undefined {
  if (bytes.length === 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const position = bytes.length === CURSOR_BYTES ? Number(view.getBigUint64(0)) : Number.NaN;
  if (!Number.isSafeInteger(position)) throw invalid('the cursor is none of a search');
  return position;
}

const invalid = (detail: string) => new SottoError(ErrorCode.ARGUMENT_INVALID, detail);
