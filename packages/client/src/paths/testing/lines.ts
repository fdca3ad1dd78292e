/** The network that the model world has: for each transport a route in some condition, and connections over it. */
import type { AttemptId } from '../commands.ts';

export type Condition =
  /** What is sent is answered. */
  | 'works'
  /** Somebody says no. */
  | 'refused'
  /** Nothing comes back. */
  | 'silent'
  /** The system knows of no way. */
  | 'unreachable';

export interface Route {
  readonly transport: string;
  condition: Condition;
  rttMs: number;
  /** Round trips until the server has answered Hello. */
  trips: number;
}

/** One connection, from when it is dialled. */
export interface Line {
  readonly attempt: AttemptId;
  readonly route: Route;
  state: 'dialling' | 'open' | 'adopting' | 'used' | 'gone';
  /** What it meets now. */
  meets: Condition;
  /** Rises whenever that changes: what was to come of the former is off. */
  turn: number;
  /** Of the server that it leads to. */
  epoch: number;
  /** The machine has another address now, and this line cannot follow. */
  dead: boolean;
  /** The server has given it up; whoever gets through to it hears of that. */
  dropped: boolean;
  /** The manager has been told that it is silent. */
  silent: boolean;
}

export function meeting(line: Line, server: { epoch: number; away: Condition | undefined }): Condition {
  if (line.dead) return 'silent';
  const { condition } = line.route;
  if (condition !== 'works') return condition;
  if (server.away !== undefined) return server.away;
  return line.dropped || (line.epoch !== server.epoch && line.state !== 'dialling') ? 'refused' : 'works';
}
