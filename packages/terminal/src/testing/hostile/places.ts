/** Every place where the line client shows text of others, as the event or reply that brings it there. */
import {
  type Answer,
  type ClientEvent,
  ErrorCode,
  type MessageView,
  type Person,
  type RoomDetails,
  SottoError,
} from '@sotto/client';
import type { Transfer, TransferState } from '../../line/files/transfers.ts';
import type { Failure, Reply } from '../../line/reply.ts';
import { bobsAccount, health, serverRoom } from '../fake-administration.ts';
import { apiToken, device, invite } from '../fake-areas.ts';
import { ASSISTANT, answer, info, privately } from '../fake-assistants.ts';
import { ALICE, BOB, joined, message, offer, person, ROOM, sequence, view, WITH_BOB } from '../people.ts';

export type Shown =
  | { kind: 'event'; event: ClientEvent }
  | { kind: 'reply'; reply: Reply }
  | { kind: 'failure'; failure: Failure }
  | { kind: 'answer'; answer: Answer }
  | { kind: 'transfer'; transfer: Transfer; state: TransferState };

export interface Place {
  name: string;
  /** What is shown besides is always the same. */
  shows(text: string): Shown;
  /** Text that may be nothing but a name there: the server lets no other in. */
  ofNames?: boolean;
}

const at = new Date(0);
const deed = { room: ROOM, sequence: sequence(9), by: BOB, at };
const about = { ...deed, target: sequence(1) };
const event = (of: ClientEvent): Shown => ({ kind: 'event', event: of });
const reply = (of: Reply): Shown => ({ kind: 'reply', reply: of });
const viewOf = (text: string, changes: Partial<MessageView> = {}) =>
  view({ ...message(ROOM, BOB, text), mentionsMe: true }, changes);
const named = (name: string): Person => ({ ...person(9, name), displayName: name });
const shownAs = (displayName: string): Person => ({ ...BOB, displayName });
const online = (one: Person) => ({ ...one, online: true, lastSeen: undefined });
const details = (topic: string): RoomDetails => ({
  room: ROOM,
  settings: {
    name: 'room',
    topic,
    kind: 'public',
    slowModeSeconds: 0,
    retentionDays: 0,
    archived: false,
    history: 'all',
    assistants: 'allowed',
    assistantInstructions: '',
  },
  members: 2,
  createdAt: at,
  role: 'member',
  mutedUntil: undefined,
});
const failed = (detail: string, code = ErrorCode.NOT_FOUND): Shown => ({
  kind: 'failure',
  failure: { kind: 'error', error: new SottoError(code, detail) },
});

const messages: Readonly<Record<string, Place['shows']>> = {
  message: (text) => event({ kind: 'message', message: message(ROOM, BOB, text) }),
  'direct message': (text) => event({ kind: 'message', message: message(WITH_BOB, BOB, text) }),
  'message to me': (text) =>
    event({ kind: 'message', message: { ...message(ROOM, BOB, text), mentionsMe: true } }),
  'message in a thread': (text) =>
    event({ kind: 'message', message: { ...message(ROOM, BOB, text), thread: sequence(1) } }),
  // The message with number 7 is the one that was seen, with this text.
  'what is answered': () =>
    event({ kind: 'message', message: { ...message(ROOM, BOB, 'yes'), replyTo: sequence(7) } }),
  'what is reacted to': () => event({ kind: 'reactionAdded', emoji: '👍', ...about, target: sequence(7) }),
  'what is pinned': () => event({ kind: 'messagePinned', ...about, target: sequence(7) }),
  edit: (text) => event({ kind: 'messageEdited', text, mentionsMe: true, ...about }),
  reaction: (emoji) => event({ kind: 'reactionAdded', emoji, ...about }),
  'reaction taken back': (emoji) => event({ kind: 'reactionRemoved', emoji, ...about }),
  history: (text) => reply({ kind: 'history', room: ROOM, messages: [viewOf(text)], hasBefore: false }),
  context: (text) =>
    reply({ kind: 'context', room: ROOM, sequence: sequence(1), messages: [viewOf(text, { pinned: true })] }),
  thread: (text) => reply({ kind: 'thread', room: ROOM, sequence: sequence(1), messages: [viewOf(text)] }),
  pins: (text) => reply({ kind: 'pins', room: ROOM, messages: [viewOf(text, { pinned: true })] }),
  'unread messages': (text) =>
    reply({ kind: 'unreadMessages', room: ROOM, messages: [viewOf(text)], more: false }),
  'search hit': (text) => reply({ kind: 'search', messages: [viewOf(text)], more: true }),
  mention: (text) => reply({ kind: 'mentions', messages: [viewOf(text)], more: false }),
  'reactions of a message': (emoji) =>
    reply({
      kind: 'history',
      room: ROOM,
      messages: [viewOf('yes', { reactions: [{ emoji, count: 2, mine: true }] })],
      hasBefore: false,
    }),
  'who reacted': (emoji) =>
    reply({ kind: 'reactions', room: ROOM, sequence: sequence(1), reactions: [{ emoji, person: BOB }] }),
  revision: (text) =>
    reply({
      kind: 'revisions',
      room: ROOM,
      sequence: sequence(1),
      revisions: [{ sequence: sequence(1), at, text }],
    }),
};

const rooms: Readonly<Record<string, Place['shows']>> = {
  'topic that changes': (topic) => event({ kind: 'roomChanged', changes: { topic }, ...deed }),
  topic: (topic) => reply({ kind: 'room', details: details(topic) }),
  'topic alone': (topic) => reply({ kind: 'topic', room: ROOM, topic }),
  'topic of a room that is entered': (topic) => reply({ kind: 'joined', room: ROOM, topic }),
  'topics in a list': (topic) =>
    reply({ kind: 'rooms', rooms: [{ ...ROOM, members: 1, joined: true, topic, archived: false }] }),
  'reason of a kick': (reason) => event({ kind: 'memberKicked', member: ALICE, reason, ...deed }),
  'reason of a ban': (reason) =>
    event({ kind: 'memberBanned', member: ALICE, reason, until: undefined, ...deed }),
  'reason of a mute': (reason) => event({ kind: 'memberMuted', member: ALICE, reason, until: at, ...deed }),
  'reason in a list': (reason) =>
    reply({
      kind: 'sanctions',
      room: 'room',
      sanctions: [{ person: BOB, banned: true, muted: false, until: undefined, reason, by: ALICE, at }],
    }),
  audit: (detail) =>
    reply({
      kind: 'audit',
      room: 'room',
      entries: [{ id: 1, at, actor: BOB, target: ALICE, room: ROOM.number, action: 'member.kicked', detail }],
      more: true,
    }),
  'action in the audit': (action) =>
    reply({
      kind: 'audit',
      room: undefined,
      entries: [{ id: 1, at, actor: BOB, target: undefined, room: undefined, action, detail: '' }],
      more: false,
    }),
  'code of an invite': (code) => reply({ kind: 'invite', invite: invite(1), code }),
};

const fetching = (name: string): Transfer => ({
  number: 1,
  direction: 'get',
  name,
  where: '#room',
  line: 1,
  progress: undefined,
});

const files: Readonly<Record<string, Place['shows']>> = {
  'name of a file': (name) => event({ kind: 'message', message: offer(ROOM, BOB, { name }) }),
  'name of a file in a direct message': (name) =>
    event({ kind: 'message', message: offer(WITH_BOB, BOB, { name }) }),
  'type of a file': (mediaType) => event({ kind: 'message', message: offer(ROOM, BOB, { mediaType }) }),
  'what is said of a file': (text) => event({ kind: 'message', message: offer(ROOM, BOB, {}, 1, text) }),
  'first lines of a file': (text) =>
    event({ kind: 'message', message: offer(ROOM, BOB, { preview: { text } }) }),
  'file in history': (text) =>
    reply({
      kind: 'history',
      room: ROOM,
      messages: [view(offer(ROOM, BOB, { name: text, preview: { text } }))],
      hasBefore: false,
    }),
  'file that is answered': () =>
    event({ kind: 'fileAnswered', answer: 'accepted', ...about, target: sequence(7) }),
  'file that is saved': (name) => ({
    kind: 'transfer',
    transfer: fetching(name),
    state: { kind: 'saved', path: name, sizeBytes: 1 },
  }),
  'file that cannot be had': (name) => ({
    kind: 'transfer',
    transfer: fetching(name),
    state: { kind: 'failed', error: new SottoError(ErrorCode.FILE_GONE, name) },
  }),
  'file that is called off': (name) => ({
    kind: 'transfer',
    transfer: fetching(name),
    state: { kind: 'cancelled' },
  }),
  'files on their way': (name) => reply({ kind: 'transfers', transfers: [fetching(name)] }),
  'link to a file': (path) =>
    reply({ kind: 'fileLink', room: ROOM, sequence: sequence(1), path, url: undefined, expiresAt: at }),
};

const answered = (of: Answer): Shown => ({ kind: 'answer', answer: of });
const report = (model: string) => ({
  assistants: [info(ASSISTANT, { model, requestsToday: 3, tokensToday: 12_345, writing: 1, waiting: 2 })],
  requestsLeft: 97,
  tokensLeft: 195_000,
  renewedAt: at,
});

const assistants: Readonly<Record<string, Place['shows']>> = {
  'answer to this account alone': (text) => answered(privately({ kind: 'done', sequence: undefined, text })),
  'answer to this account alone, about all rooms': (text) =>
    answered(privately({ kind: 'cutOff', sequence: undefined, text }, { room: undefined })),
  'answer that fails': (detail) =>
    answered(answer({ kind: 'failed', error: new SottoError(ErrorCode.ASSISTANT_UNAVAILABLE, detail) })),
  'answer that was stopped': () =>
    answered(answer({ kind: 'stopped', sequence: undefined, text: undefined })),
  'assistants in a list': () => reply({ kind: 'assistants', report: report(''), administrator: false }),
  'models of assistants': (model) => reply({ kind: 'assistantCosts', report: report(model) }),
  'nothing to sum up': () => reply({ kind: 'nothingSaid', room: ROOM }),
  'instructions that change': (assistantInstructions) =>
    event({ kind: 'roomChanged', changes: { assistants: 'noHistory', assistantInstructions }, ...deed }),
  instructions: (assistantInstructions) => {
    const all = details('');
    return reply({
      kind: 'room',
      details: { ...all, settings: { ...all.settings, assistants: 'forbidden', assistantInstructions } },
    });
  },
};

const account: Readonly<Record<string, Place['shows']>> = {
  'display name in a list': (name) => reply({ kind: 'people', people: [online(shownAs(name))] }),
  'display name of a member': (name) =>
    reply({
      kind: 'members',
      members: [{ ...online(shownAs(name)), role: 'member', mutedUntil: undefined }],
    }),
  'display name of who speaks': (name) =>
    event({ kind: 'message', message: message(ROOM, shownAs(name), 'yes') }),
  'display name of who comes': (name) => event({ kind: 'presence', people: [online(shownAs(name))] }),
  profile: (text) =>
    reply({
      kind: 'profile',
      person: BOB,
      profile: {
        user: BOB.number,
        displayName: text,
        about: text,
        statusText: text,
        statusEmoji: text,
        statusUntil: undefined,
        timeZone: text,
      },
    }),
  device: (name) => reply({ kind: 'devices', devices: [device(5, name)] }),
  'program of a device': (agent) => reply({ kind: 'devices', devices: [{ ...device(5, 'phone'), agent }] }),
  token: (name) => reply({ kind: 'tokens', tokens: [{ ...apiToken(name), scopes: [name] }] }),
  'new token': (token) => reply({ kind: 'tokenCreated', token, info: apiToken('weather') }),
  'recovery code': (code) => reply({ kind: 'recoveryCodes', codes: [code] }),
  'name of an account': (name) =>
    reply({ kind: 'accounts', accounts: [bobsAccount({ person: shownAs(name) })], more: false }),
  'why an account is suspended': (reason) =>
    reply({
      kind: 'account',
      account: { ...bobsAccount({ suspended: { since: at, reason } }), sessions: [], fileBytes: 0 },
    }),
  'name of a room of the server': (name) =>
    reply({ kind: 'serverRooms', rooms: [serverRoom(name)], more: false }),
  'what the server says it is': (agent) => reply({ kind: 'health', health: health(agent) }),
  'code that was made': (code) =>
    reply({ kind: 'issuedCode', code: { code, expiresAt: at }, user: undefined }),
  'what was limited': (limit) =>
    reply({ kind: 'limited', limited: [{ limit, who: limit, count: 1, last: at }] }),
};

const errors: Readonly<Record<string, Place['shows']>> = {
  'detail of an error': (detail) => failed(detail),
  'detail of a refusal for now': (detail) => failed(detail, ErrorCode.RATE_LIMITED),
  'another error': (text) => ({ kind: 'failure', failure: { kind: 'error', error: new Error(text) } }),
  'why the client stopped': (text) =>
    event({
      kind: 'connection',
      state: { kind: 'stopped', reason: new SottoError(ErrorCode.SESSION_REVOKED, text) },
    }),
  'a refused message of before': (text) =>
    event({
      kind: 'outboxSettled',
      clientMessageId: '00',
      result: new SottoError(ErrorCode.NOT_FOUND, text),
    }),
};

const names: Readonly<Record<string, Place['shows']>> = {
  'name of who speaks': (name) => event({ kind: 'message', message: message(ROOM, named(name), 'yes') }),
  'name of who joins': (name) =>
    event({ kind: 'memberJoined', room: ROOM, sequence: sequence(9), member: named(name) }),
  'name of who is online': (name) => event({ kind: 'presence', people: [online(named(name))] }),
  'names in a list': (name) => reply({ kind: 'people', people: [online(named(name))] }),
  'name of a room': (name) => event({ kind: 'message', message: message(joined(9, name), BOB, 'yes') }),
  'name of a room that was left': (name) => event({ kind: 'roomExited', room: joined(9, name) }),
  'new name of a room': (name) => event({ kind: 'roomChanged', changes: { name }, ...deed }),
  'names of rooms in a list': (name) =>
    reply({
      kind: 'rooms',
      rooms: [{ ...joined(9, name), members: 1, joined: true, topic: '', archived: false }],
    }),
  'rooms with something unread': (name) =>
    reply({ kind: 'unreadRooms', rooms: [{ ...joined(9, name), unread: 2, mentions: 1 }] }),
  'name of a room one is asked into': (name) =>
    event({ kind: 'invited', invitation: { room: joined(9, name, 'private'), by: BOB, at } }),
  'invitations in a list': (name) =>
    reply({ kind: 'invitations', invitations: [{ room: joined(9, name, 'private'), by: named(name), at }] }),
};

const places = (of: Readonly<Record<string, Place['shows']>>, ofNames = false): readonly Place[] =>
  Object.entries(of).map(([name, shows]) => ({ name, shows, ofNames }));

export const PLACES: readonly Place[] = [
  ...places(messages),
  ...places(rooms),
  ...places(files),
  ...places(assistants),
  ...places(account),
  ...places(errors),
  ...places(names, true),
];
