/** Transports that were moved up to and had to be left again are not moved up to at once [PATH-8]. */
import { HOLD_OFF_MAX_MS, HOLD_OFF_MS, HOLD_OFF_WINDOW_MS } from './policy.ts';

export class HoldOffs {
  /** When it was moved up to, by transport, within the window. */
  readonly #movesUp = new Map<string, number[]>();
  readonly #heldUntil = new Map<string, number>();

  movedUp(transport: string, now: number): void {
    this.#movesUp.set(transport, [...this.#recent(transport, now), now]);
  }

  /** The client had to go on over a worse one. */
  left(transport: string, now: number): void {
    const times = this.#recent(transport, now).length;
    if (times === 0) return;
    const holdMs = Math.min(HOLD_OFF_MAX_MS, HOLD_OFF_MS * 2 ** (times - 1));
    this.#heldUntil.set(transport, now + holdMs);
  }

  /** 0 where it is not held off. */
  heldUntil(transport: string, now: number): number {
    const until = this.#heldUntil.get(transport) ?? 0;
    return until > now ? until : 0;
  }

  forget(): void {
    this.#movesUp.clear();
    this.#heldUntil.clear();
  }

  #recent(transport: string, now: number): number[] {
    return (this.#movesUp.get(transport) ?? []).filter((at) => at > now - HOLD_OFF_WINDOW_MS);
  }
}
