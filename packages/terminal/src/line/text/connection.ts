/** How it goes with the connection and with what was sent, as lines for people. */
import {
  type ClientEvent,
  type ConnectionStatus,
  type PersonPresence,
  type SentDirect,
  SottoError,
} from '@sotto/client';
import { errorText, personLabel, recipientLabel } from './words.ts';

export function presenceLines(people: readonly PersonPresence[]): readonly string[] {
  return people.map((person) => `* ${personLabel(person)} is ${person.online ? 'online' : 'offline'}.`);
}

/**
 * One line when the connection is lost and one when it is back; attempts between them are silent. One when the session
 * moved to another transport.
 */
export function connectionLines(
  before: ConnectionStatus,
  now: ConnectionStatus,
  waiting: number,
): readonly string[] {
  if (now.kind === 'stopped') return now.reason === undefined ? [] : [`* Stopped. ${errorText(now.reason)}`];
  if (now.kind === 'offline' && before.kind === 'online') return [`* Offline. ${waitingText(waiting)}`];
  if (now.kind !== 'online') return [];
  if (before.kind !== 'online')
    return [`* Back online over ${now.transport}.${waiting === 0 ? '' : ` ${messages(waiting)} going out.`}`];
  return before.transport === now.transport ? [] : [`* Now over ${now.transport}.`];
}

export function waitingText(waiting: number): string {
  if (waiting === 0) return 'Connecting again by itself.';
  return `${messages(waiting)} will go out when you are back.`;
}

/** Of what was sent while offline. */
export const WAITS = '  -> waits, goes out when you are back';

export const messages = (count: number): string => (count === 1 ? '1 message' : `${count} messages`);

/** A message of an earlier run reached its end. Accepted ones show as messages. */
export function settledLines(
  result: Extract<ClientEvent, { kind: 'outboxSettled' }>['result'],
): readonly string[] {
  if (result instanceof SottoError) return [`* A message kept from before was refused. ${errorText(result)}`];
  return result.kind === 'sentDirect' ? outcomeLines(result) : [];
}

export function outcomeLines({ outcomes }: SentDirect): readonly string[] {
  return outcomes.map((outcome) => `  -> ${outcomeText(outcome)}`);
}

function outcomeText({ recipient, delivery, person, error }: SentDirect['outcomes'][number]): string {
  const name = person === undefined ? recipientLabel(recipient) : personLabel(person);
  switch (delivery) {
    case 'delivered':
      return `${name}: delivered`;
    case 'queued':
      return `${name}: queued, offline now`;
    case 'unknown':
      return `${name}: unknown, there is no such user`;
    case 'refused':
      return `${name}: refused. ${error === undefined ? '' : errorText(error)}`.trimEnd();
  }
}
