/** Events as lines for people: `[#room] alice: text`, and `* ` before what the program says itself. */
import type { ClientEvent, ConnectionStatus, Message, PersonPresence, SentDirect } from '@sotto/client';
import { SottoError } from '@sotto/client';
import { sanitizeLines } from '../sanitize.ts';
import type { TimeLines } from './time-lines.ts';
import { errorText, INDENT, personLabel, recipientLabel, roomLabel } from './words.ts';

type DurableEvent = Extract<ClientEvent, { kind: 'message' | 'memberJoined' | 'memberLeft' | 'roomCreated' }>;

export function messageLines(message: Message): readonly string[] {
  const text =
    message.text === undefined ? ['(the content is sealed or erased)'] : sanitizeLines(message.text);
  return headed(`[${roomLabel(message.room)}] ${personLabel(message.sender)}:`, text);
}

/** The first line after `head`, the others indented. */
export function headed(head: string, [first = '', ...rest]: readonly string[]): readonly string[] {
  return [`${head} ${first}`.trimEnd(), ...rest.map((line) => `${INDENT}${line}`.trimEnd())];
}

/** What a room's history holds. */
function durableLines(event: DurableEvent): readonly string[] {
  if (event.kind === 'message') return messageLines(event.message);
  // The rows that set up a conversation of two say nothing to either.
  if (event.room.kind === 'direct') return [];
  const room = roomLabel(event.room);
  switch (event.kind) {
    case 'memberJoined':
      return [`* ${personLabel(event.member)} joined ${room}.`];
    case 'memberLeft':
      return [`* ${personLabel(event.member)} left ${room}.`];
    case 'roomCreated':
      return [`* ${personLabel(event.by)} made ${room}.`];
  }
}

/** With the time in front where it is another one than before. */
export function timedLines(event: DurableEvent, times: TimeLines): readonly string[] {
  const time = event.kind === 'message' ? times.before(event.message.sentAt) : [];
  return [...time, ...durableLines(event)];
}

export function isDurable(event: ClientEvent): event is DurableEvent {
  return ['message', 'memberJoined', 'memberLeft', 'roomCreated'].includes(event.kind);
}

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
