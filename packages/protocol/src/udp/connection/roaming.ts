/** How a connection changes paths [ROAM-2] to [ROAM-5]. */
import type { Parts } from './parts.ts';
import { type Path, type PathKey, sameHost } from './paths.ts';

/** [ROAM-5] */
const MOVE_AFTER_PROBES = 3;
const MOVE_GAP_MS = 5_000;
/** Packets that tell the peer of a new path: one of them gets through more likely than one alone. */
const MOVE_PROBES = 2;

/** Server: the client's newest packet came on `path`. Returns whether it moved. */
export function follow({ paths, recovery, remote }: Parts, now: number, path: Path): boolean {
  const before = paths.active;
  if (path === before) return false;
  recovery.changePath(now, path.number, sameHost(before.key, path.key));
  paths.moveTo(now, path, recovery.probeTimeoutMs());
  remote.change();
  return true;
}

/** Server: the new path has not answered. Returns whether it went back. */
export function giveUpPath({ paths, recovery }: Parts, now: number): boolean {
  const abandoned = paths.active;
  const back = paths.giveUp(now);
  if (back === undefined) return false;
  recovery.changePath(now, back.number, sameHost(abandoned.key, back.key));
  return true;
}

/** Client: when to take another socket. */
export class Mover {
  readonly #take: () => PathKey | undefined;
  #wanted: PathKey | undefined;
  #movedAt = Number.NEGATIVE_INFINITY;

  constructor(take: () => PathKey | undefined) {
    this.#take = take;
  }

  /** The owner has another socket. */
  want(path: PathKey): void {
    this.#wanted = path;
  }

  /**
   * Moves if it was told to, or nothing has been heard for long; not before the server is known to have keys, since it
   * takes the rest of a handshake from where that began alone.
   */
  move(parts: Parts, now: number): void {
    const { recovery, remote, paths, lanes, probes, handshake } = parts;
    if (handshake !== undefined) return;
    const silent = recovery.probeCount >= MOVE_AFTER_PROBES && now >= this.#movedAt + MOVE_GAP_MS;
    if (this.#wanted === undefined && !silent) return;
    this.#movedAt = now;
    const key = this.#wanted ?? this.#take();
    this.#wanted = undefined;
    if (key === undefined) return;
    remote.change();
    paths.moveToOwn(now, key);
    // Nearly always the same host with another port; if not, the server sees another address and begins afresh.
    recovery.changePath(now, paths.active.number, true);
    lanes.prepareProbe();
    probes.connection = MOVE_PROBES;
  }
}
