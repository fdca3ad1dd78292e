/**
 * Keeps the session's token out of the page: what the page gets, stores and resumes with is a stand-in, which no server
 * knows (T13) [RELAY-7]. Proofs do not cover the token, so nothing else changes.
 */
import { randomBytes } from 'node:crypto';
import { decode, frames, SottoError } from '@sotto/protocol';
import type { FrameFilter } from '@sotto/transport/relay';

/** Each resume brings a new token; the old one is valid until that is used. */
const KEPT = 1024;

export class StandIns {
  readonly #tokens = new Map<string, Uint8Array>();
  readonly #standIns = new Map<string, Uint8Array>();

  /** As long as the token, and always the same for it. */
  hide(token: Uint8Array): Uint8Array {
    const known = this.#standIns.get(keyOf(token));
    if (known !== undefined) return known;
    const standIn = new Uint8Array(randomBytes(token.length));
    this.#standIns.set(keyOf(token), standIn);
    this.#tokens.set(keyOf(standIn), token.slice());
    for (const map of [this.#standIns, this.#tokens])
      for (const oldest of map.keys()) if (map.size > KEPT) map.delete(oldest);
    return standIn;
  }

  /** undefined for what is no stand-in. */
  reveal(standIn: Uint8Array): Uint8Array | undefined {
    return this.#tokens.get(keyOf(standIn));
  }
}

export function tokenFilter(standIns: StandIns): FrameFilter {
  return {
    toPage(frame) {
      if (frame[1] !== frames.sessionGranted.type) return;
      const { token } = decode('sessionGranted', frame);
      replace(frame, token, standIns.hide(token));
    },
    toServer(frame) {
      if (frame[1] !== frames.resume.type) return;
      const token = tokenOf(frame);
      const real = token && standIns.reveal(token);
      if (token !== undefined && real !== undefined) replace(frame, token, real);
    },
  };
}

/** undefined for what the server will refuse as malformed. */
function tokenOf(frame: Uint8Array): Uint8Array | undefined {
  try {
    return decode('resume', frame).token;
  } catch (error) {
    if (error instanceof SottoError) return undefined;
    throw error;
  }
}

/** In place, so that fields of later versions stay. */
function replace(frame: Uint8Array, old: Uint8Array, by: Uint8Array): void {
  const at = Buffer.from(frame.buffer, frame.byteOffset, frame.length).lastIndexOf(Buffer.from(old));
  if (at >= 0) frame.set(by, at);
}

const keyOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
