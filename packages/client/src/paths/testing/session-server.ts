/** The server's side of moving a session: it accepts a Resume of a greater generation than the present one, once (PATH-6). */
import type { Condition, Line } from './lines.ts';

/** What becomes of a Resume. */
export type Fate =
  | { kind: 'answered'; lateMs: number }
  /** The server takes the session over, and nobody hears of it. */
  | { kind: 'lost' }
  | { kind: 'ignored' }
  | { kind: 'refused' };

export class SessionServer {
  /** Rises with every restart: it knows no connections from before. */
  epoch = 0;
  /** How it meets who comes while it is away; undefined while it is there. */
  away: Condition | undefined;
  holder: Line | undefined;
  #accepted = 0;
  #given = 0;

  /** The client counts up before it says Resume. */
  nextGeneration(): number {
    this.#given += 1;
    return this.#given;
  }

  takeOver(line: Line, generation: number): boolean {
    if (generation <= this.#accepted) return false;
    this.#accepted = generation;
    this.holder = line;
    return true;
  }
}
