/**
 * What one connection has on its way, over all its transfers in one direction: as much as keeps the path busy, and little
 * that waits on it, so that a chat frame behind it is hardly later than one alone [PACE-1]. Pure.
 */
export class FlightWindow {
  constructor(_options: { maxBytes?: number } = {}) {}

  /** At most this much from here on. */
  limit(_maxBytes: number): void {}

  /** What may leave now. */
  get roomBytes(): number {
    return 64 * 1024;
  }

  /** How long the next piece is to be at most. */
  get pieceBytes(): number {
    return 16 * 1024;
  }

  sent(_bytes: number, _nowMs: number): void {}

  /** The peer has them; the last of them left at `sentAtMs`. */
  arrived(_bytes: number, _sentAtMs: number, _nowMs: number): void {}

  /** Nothing will be heard of them: their transfer ended, or goes back. */
  forgotten(_bytes: number): void {}
}
