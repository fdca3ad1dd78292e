/** Which commands there are in a window, and whether they are for this account in this room. */
import { LineError, SLASH_COMMANDS, type SlashCommand } from '@sotto/app/commands';
import type { RoomAction } from '@sotto/model';
import type { Scene } from './scene.ts';

type Allowed = (scene: Scene) => boolean;

const always: Allowed = () => true;
const may =
  (...actions: readonly RoomAction[]): Allowed =>
  ({ store, room }) =>
    actions.some((action) => store.client.can(room.number, action));
const administers: Allowed = ({ store }) => store.me.get()?.administrator === true;

/** The others are about a terminal, or there is a better place for them than a line of text. */
const OFFERED: Readonly<Record<string, Allowed>> = {
  ...{ reply: may('send'), edit: may('editOwn'), delete: may('deleteOwn', 'deleteAny'), thread: may('send') },
  ...{ react: may('react'), unreact: may('react'), pin: may('pin'), unpin: may('pin'), pins: always },
  ...{ ai: may('send'), search: always, mentions: always },
  ...{ join: always, leave: may('leave'), create: always, add: may('addMember'), rooms: always },
  ...{ members: may('listMembers'), room: always, topic: always, slow: may('setSlowMode') },
  set: may('changeRoom', 'setTopic', 'setSlowMode', 'setRetention', 'archive', 'setAssistants'),
  ...{ invite: may('makeInvite', 'addMember'), invites: may('makeInvite'), uninvite: may('makeInvite') },
  ...{ kick: may('kick'), ban: may('ban'), unban: may('ban'), mute: may('mute'), unmute: may('mute') },
  ...{ role: may('setRole'), sanctions: may('ban', 'mute'), audit: may('seeAudit') },
  ...{ who: always, profile: always, block: always, unblock: always, dnd: always, notify: always },
  ...{ devices: always, password: always, totp: always, admin: administers },
  ...{ status: always, help: always, logout: always },
};

export type Offered = readonly [name: string, slash: SlashCommand];

/** In the order of the table. */
export const offered = (scene: Scene): readonly Offered[] =>
  [...SLASH_COMMANDS].filter(([name]) => OFFERED[name]?.(scene) === true);

/** All of a window's, for the help sheet. */
export const OFFERED_NAMES: ReadonlySet<string> = new Set(Object.keys(OFFERED));

/** Throws a LineError that says why it is none here. */
export function checkOffered(scene: Scene, name: string): void {
  if (!SLASH_COMMANDS.has(name))
    throw new LineError(`there is no command /${name}. To say it as it is, begin with two slashes`);
  const allowed = OFFERED[name];
  if (allowed === undefined) throw new LineError(`/${name} is for the terminal`);
  if (!allowed(scene)) throw new LineError('you may not do that in this room');
}

/** The room that is meant where none is named needs no place in it. */
export const usageHere = (name: string, { usage }: SlashCommand): string =>
  `/${name} ${usage.replace(/^\[#room(?:\|@user)?\](?: |$)/, '')}`.trimEnd();
