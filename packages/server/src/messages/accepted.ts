/** Messages and changes of them that were accepted, now or before [SEND-2]. */
import { type RoomNumber, roomStream, type UserNumber } from '@sotto/model';
import type { EventLog } from '../events/log.ts';

export interface Accepted {
  room: RoomNumber;
  sequence: number;
  timeMs: number;
  duplicate: boolean;
}

export interface SentAgain {
  room: RoomNumber;
  sender: UserNumber;
  clientMessageId: Uint8Array;
}

type Log = Pick<EventLog, 'accepted'>;

export async function acceptedBefore(
  log: Log,
  { room, sender, clientMessageId }: SentAgain,
): Promise<Accepted | undefined> {
  const earlier = await log.accepted(roomStream(room), sender, clientMessageId);
  return earlier && { room, ...earlier, duplicate: true };
}

/** What was accepted is not refused when it is sent again, whatever its sender may do by now. */
export async function refuseUnlessAccepted(log: Log, sent: SentAgain, refusal: unknown): Promise<Accepted> {
  const earlier = await acceptedBefore(log, sent);
  if (earlier === undefined) throw refusal;
  return earlier;
}
