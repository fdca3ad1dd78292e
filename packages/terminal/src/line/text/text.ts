import {
  type Answer,
  type ClientEvent,
  type ConnectionStatus,
  type Invitation,
  NotConnected,
} from '@sotto/client';
import type { Transfer, TransferState } from '../files/transfers.ts';
import type { Failure, Presenter, Reply, Start, Surroundings } from '../reply.ts';
import { answerLines } from './answers.ts';
import { connectionLines, messages, presenceLines, settledLines } from './connection.ts';
import { isOfLog, type LogEvent, logLines } from './events.ts';
import { replyLines } from './replies.ts';
import { TimeLines } from './time-lines.ts';
import { transferLines } from './transfers.ts';
import { errorText, personLabel, roomLabel } from './words.ts';

/** For people. `waiting` tells how many messages are on their way. */
export class TextPresenter implements Presenter {
  readonly failuresOn = 'error';
  readonly #waiting: () => number;
  readonly #times: TimeLines;
  #connection: ConnectionStatus = { kind: 'connecting', attempt: 0 };

  constructor(waiting: () => number, startedAt = new Date()) {
    this.#waiting = waiting;
    this.#times = new TimeLines(startedAt.getTime());
  }

  started({ me, connection, rooms, outbox }: Start): readonly string[] {
    this.#connection = connection;
    const over = connection.kind === 'online' ? ` over ${connection.transport}` : '';
    const open = rooms.filter((room) => room.kind !== 'direct').map(roomLabel);
    return [
      `* Signed in as ${personLabel(me)}, number ${me.number}${over}.`,
      `* Rooms: ${open.join(' ')}`,
      ...(outbox === 0 ? [] : [`* From before: ${messages(outbox)} going out.`]),
    ];
  }

  event(event: ClientEvent, around: Surroundings): readonly string[] {
    if (isOfLog(event)) return this.#timedLines(event, around);
    switch (event.kind) {
      case 'roomExited':
        return [`* You are no longer in ${roomLabel(event.room)}.`];
      case 'presence':
        return presenceLines(event.people);
      case 'connection':
        if (event.state.kind === 'stopped' && around.loggingOut) return ['* Signed out.'];
        return this.#connectionLines(event.state);
      case 'outboxSettled':
        return settledLines(event.result);
      case 'logReplaced':
        return ['* The server was restored from a backup; its rooms are read again.'];
      case 'invited':
        return [invitedText(event.invitation)];
      // The room's own "joined" says it, settings are asked for, and what passes has no place in a line.
      case 'roomEntered':
      case 'invitationSettled':
      case 'settingChanged':
      case 'profileChanged':
      case 'receipts':
      case 'typing':
      case 'answer':
      case 'unread':
        return [];
    }
  }

  reply(reply: Reply, _line: number, around: Surroundings): readonly string[] {
    return replyLines(reply, around);
  }

  transfer(transfer: Transfer, state: TransferState): readonly string[] {
    return transferLines(transfer, state);
  }

  answer(answer: Answer, line: number | undefined): readonly string[] {
    return answerLines(answer, line);
  }

  failure(failure: Failure, line: number | undefined): readonly string[] {
    const text = failureText(failure);
    return [`! ${line === undefined ? '' : `line ${line}: `}${text}`];
  }

  /** With the time in front where it is another one than before. */
  #timedLines(event: LogEvent, around: Surroundings): readonly string[] {
    const lines = logLines(event, around);
    if (lines.length === 0) return [];
    return event.kind === 'message' ? [...this.#times.before(event.message.sentAt), ...lines] : lines;
  }

  #connectionLines(state: ConnectionStatus): readonly string[] {
    const lines = connectionLines(this.#connection, state, this.#waiting());
    // "Offline" holds through the attempts that follow, so that "back" is said once.
    if (state.kind !== 'connecting') this.#connection = state;
    return lines;
  }
}

function invitedText({ room, by }: Invitation): string {
  const label = roomLabel(room);
  return `* ${personLabel(by)} asks you into ${label}: /join ${label} or /decline ${label}`;
}

const OFFLINE = 'This needs the server, and you are offline. Try again when you are back.';

function failureText(failure: Failure): string {
  if (failure.kind === 'usage') return failure.message;
  return failure.error instanceof NotConnected ? OFFLINE : errorText(failure.error);
}
