import { AMPLIFICATION_MAX } from '../constants.ts';

/** Where a datagram came from or goes to: `address|port`, and whatever else tells sockets apart before it. */
export type PathKey = string;

/** Paths remembered beside the active one and the one before. */
const PATHS_MAX = 6;
/** Challenges that wait for their answer to leave. */
const RESPONSES_MAX = 8;
/** Challenges sent for one path, a probe timeout apart, before it is given up [ROAM-2]. */
const CHALLENGES_MAX = 3;
/** A path that is not validated and may be sent less than this gets nothing: it would not hold a challenge. */
export const PATH_ROOM_MIN_BYTES = 64;

/** Number of the path that a connection begins on. */
export const FIRST_PATH = 0;

export interface Path {
  /** Of its own at each change, so that packets know theirs. */
  readonly number: number;
  readonly key: PathKey;
  validated: boolean;
  receivedBytes: number;
  sentBytes: number;
  /** Of those, in answers to challenges. */
  answeredBytes: number;
}

interface Challenge {
  path: Path;
  data: bigint[];
  /** When the next one leaves, if the path has room for it. */
  due: number;
  everyMs: number;
  /** When the path is given up. */
  until: number;
}

/** The paths of one connection [ROAM-2] [ROAM-4]. */
export class Paths {
  #active: Path;
  /** The last one that was validated, while the active one is not. */
  #before: Path | undefined;
  readonly #known = new Map<PathKey, Path>();
  #challenge: Challenge | undefined;
  #responses: { path: Path; data: bigint }[] = [];
  #next = FIRST_PATH + 1;
  changes = 0;

  /** Begins on a path that a token proved, or this side chose. */
  constructor(key: PathKey) {
    this.#active = {
      number: FIRST_PATH,
      key,
      validated: true,
      receivedBytes: 0,
      sentBytes: 0,
      answeredBytes: 0,
    };
    this.#known.set(key, this.#active);
  }

  get active(): Path {
    return this.#active;
  }

  get deadline(): number {
    const challenge = this.#challenge;
    if (challenge === undefined) return Number.POSITIVE_INFINITY;
    return this.#canSend(challenge) ? Math.min(challenge.due, challenge.until) : challenge.until;
  }

  /** An authentic packet of `bytes` came from `key`. */
  arrived(key: PathKey, bytes: number): Path {
    let path = this.#known.get(key);
    if (path === undefined) {
      path = {
        number: this.#next++,
        key,
        validated: false,
        receivedBytes: 0,
        sentBytes: 0,
        answeredBytes: 0,
      };
      this.#remember(path);
    }
    path.receivedBytes += bytes;
    return path;
  }

  /** Sends to `path` from now on, and challenges it every `everyMs` if nothing proves it yet. */
  moveTo(now: number, path: Path, everyMs: number): void {
    if (this.#active.validated) this.#before = this.#active;
    this.#active = path;
    const until = now + CHALLENGES_MAX * everyMs;
    this.#challenge = path.validated ? undefined : { path, data: [], due: now, everyMs, until };
    this.changes += 1;
  }

  /** This side has taken another socket. */
  moveToOwn(now: number, key: PathKey): void {
    const path: Path = {
      number: this.#next++,
      key,
      validated: true,
      receivedBytes: 0,
      sentBytes: 0,
      answeredBytes: 0,
    };
    this.#remember(path);
    this.moveTo(now, path, 0);
  }

  knows(key: PathKey): boolean {
    return this.#known.has(key);
  }

  /** Bytes that may go to `path` now [ADMIT-4]. */
  room(path: Path): number {
    if (path.validated) return Number.POSITIVE_INFINITY;
    return AMPLIFICATION_MAX * path.receivedBytes - path.sentBytes;
  }

  sent(path: Path, bytes: number): void {
    path.sentBytes += bytes;
  }

  challenged(path: Path, data: bigint): void {
    if (this.#responses.length < RESPONSES_MAX) this.#responses.push({ path, data });
  }

  /**
   * The next answer that has room, and how much. Answers wait for no window, so whatever asks for them, on a path that is
   * validated too, gets back 3 times its bytes at most [ROAM-4].
   */
  nextResponse(): { path: Path; data: bigint; room: number } | undefined {
    for (let next = this.#responses.shift(); next !== undefined; next = this.#responses.shift()) {
      const { path } = next;
      const room = Math.min(this.room(path), AMPLIFICATION_MAX * path.receivedBytes - path.answeredBytes);
      if (room >= PATH_ROOM_MIN_BYTES) return { ...next, room };
    }
    return undefined;
  }

  responded(path: Path, bytes: number): void {
    path.answeredBytes += bytes;
  }

  /** The challenge to send now to the active path, if one is due and there is room for it. */
  takeChallenge(now: number, random: () => bigint): bigint | undefined {
    const challenge = this.#challenge;
    if (challenge === undefined || challenge.due > now || !this.#canSend(challenge)) return undefined;
    const data = random();
    challenge.data.push(data);
    challenge.due = now + challenge.everyMs;
    return data;
  }

  /** Returns whether it validated a path. */
  answered(data: bigint): boolean {
    const challenge = this.#challenge;
    if (challenge?.data.includes(data) !== true) return false;
    challenge.path.validated = true;
    this.#challenge = undefined;
    this.#before = undefined;
    return true;
  }

  /** The path to return to, when the active one has not answered in time. */
  giveUp(now: number): Path | undefined {
    const challenge = this.#challenge;
    if (challenge === undefined || challenge.until > now) return undefined;
    this.#challenge = undefined;
    const before = this.#before;
    if (before === undefined) return undefined;
    this.#known.delete(challenge.path.key);
    this.#active = before;
    this.#before = undefined;
    this.changes += 1;
    return before;
  }

  #canSend({ path, data }: Challenge): boolean {
    return data.length < CHALLENGES_MAX && this.room(path) >= PATH_ROOM_MIN_BYTES;
  }

  #remember(path: Path): void {
    this.#known.set(path.key, path);
    if (this.#known.size <= PATHS_MAX) return;
    for (const [key, other] of this.#known) {
      if (other === this.#active || other === this.#before || other === path) continue;
      this.#known.delete(key);
      return;
    }
  }
}

/** Only the port differs: the same host behind another mapping of its NAT [ROAM-3]. */
export function sameHost(a: PathKey, b: PathKey): boolean {
  return a.slice(0, a.lastIndexOf('|')) === b.slice(0, b.lastIndexOf('|'));
}
