/** What may happen to a connection in the moment in which its client asks to resume the session on it. */
import type { Clock } from '@sotto/protocol';
import type { RandomNumber } from '@sotto/protocol/testing';
import { FrameType } from '@sotto/schema';
import type { Connection } from '@sotto/transport';
import type { Way } from './ways.ts';

export const TRAPS = [
  /** The server takes the session over, and its answer never arrives. */
  'answerLost',
  'answerLate',
  /** Resume arrives when the client has long given up waiting for its answer. */
  'resumeLate',
  /** The same, and nothing that the client says after it ever does: not even that it has given up. */
  'resumeLateAlone',
  /** Somewhere on the way, at the server, or on the way back. */
  'cut',
] as const;
export type Trap = (typeof TRAPS)[number];

const LATE_MAX_MS = 12_000;
const CUT_AFTER_MAX_MS = 200;

/** Calls `onResume` before the connection sends one. */
export function watchForResume(connection: Connection, onResume: () => void): void {
  const send = connection.send.bind(connection);
  connection.send = (lane, frames) => {
    if (frames[1] === FrameType.RESUME) onResume();
    return send(lane, frames);
  };
}

export function spring(
  trap: Trap,
  connection: Connection,
  way: Way,
  clock: Clock,
  number: RandomNumber,
): void {
  switch (trap) {
    case 'answerLost':
      way.takeOut(connection).hold('toClient');
      return;
    case 'answerLate':
      holdForAWhile('toClient');
      return;
    case 'resumeLate':
      holdForAWhile('toServer');
      return;
    case 'resumeLateAlone':
      // What leaves before the next event does so before this does anything.
      clock.after(1, () => silence(connection));
      holdForAWhile('toServer');
      return;
    case 'cut':
      clock.after(number(CUT_AFTER_MAX_MS), () => way.cut(connection));
  }

  function holdForAWhile(direction: 'toClient' | 'toServer'): void {
    const path = way.takeOut(connection);
    path.hold(direction);
    clock.after(number(LATE_MAX_MS), () => path.release(direction));
  }
}

/** Whatever its owner does, nothing leaves any more. */
function silence(connection: Connection): void {
  connection.send = () => true;
  connection.close = () => {};
  connection.abort = () => {};
}
