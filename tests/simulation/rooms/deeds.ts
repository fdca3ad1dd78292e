/** What residents do, any of them anything, whether they may or not. */
import { SottoError } from '@sotto/client';
import { ROOM_ROLES, type RoomNumber, type Sequence } from '@sotto/model';
import type { RandomNumber } from '@sotto/protocol/testing';
import { ErrorCode } from '@sotto/schema';
import { pick } from '../ways.ts';
import type { Resident } from './resident.ts';

export interface Place {
  number: RandomNumber;
  residents: readonly Resident[];
  room: RoomNumber;
  /** The furthest sequence that anyone knows of. */
  head: number;
  problems: string[];
  log: (what: string) => void;
}

type Deed = (by: Resident, place: Place) => Promise<unknown> | undefined;

const WORDS = ['tea', 'milk', 'sugar', 'lemon', 'https://tea.example/pot', 'и чай', '`@user1`'];
const EMOJI = ['👍', '🎉', '👀'];

const target = ({ number, head }: Place): Sequence => (1 + number(Math.max(1, head))) as Sequence;
const other = ({ number, residents }: Place): Resident => pick(residents, number);

function words(place: Place): string {
  const { number } = place;
  const said = Array.from({ length: 1 + number(3) }, () => pick(WORDS, number));
  if (number(4) === 0) said.push(number(3) === 0 ? '@room' : `@${other(place).name}`);
  return said.join(' ');
}

function send(by: Resident, place: Place): Promise<unknown> {
  const { number, room } = place;
  const relation = number(4);
  const options =
    relation === 0 ? { replyTo: target(place) } : relation === 1 ? { thread: target(place) } : {};
  return by.sdk.send(room, words(place), options).then(({ sequence }) => {
    place.head = Math.max(place.head, sequence);
  });
}

/** So that what everybody says meanwhile shares commits with it. */
function putOutAmid(by: Resident, place: Place): Promise<unknown> {
  const { residents, room, number } = place;
  const out = other(place);
  const said = () => {
    for (const resident of residents) if (resident !== out) send(resident, place).catch(() => {});
  };
  if (number(2) === 0) said();
  const put = by.sdk.moderation.kick(room, out.name);
  said();
  return put;
}

async function readPage(by: Resident, place: Place): Promise<void> {
  const { messages } = await by.sdk.messages(place.room, { around: target(place), limit: 10 });
  by.got(
    place.room,
    messages.map(({ sequence }) => sequence),
  );
}

async function search(by: Resident, place: Place): Promise<void> {
  const { messages } = await by.sdk.search(pick(WORDS, place.number));
  const here = messages.filter(({ room }) => room.number === place.room);
  by.got(
    place.room,
    here.map(({ sequence }) => sequence),
  );
}

/** As often as their number says. */
const DEEDS: readonly (readonly [number, string, Deed])[] = [
  [16, 'sends', send],
  [5, 'edits', (by, place) => by.sdk.edit(place.room, target(place), words(place))],
  [3, 'deletes', (by, place) => by.sdk.delete(place.room, target(place))],
  [8, 'reacts', (by, place) => by.sdk.react(place.room, target(place), pick(EMOJI, place.number))],
  [4, 'takes back', (by, place) => by.sdk.unreact(place.room, target(place), pick(EMOJI, place.number))],
  [2, 'pins', (by, place) => by.sdk.pin(place.room, target(place))],
  [1, 'unpins', (by, place) => by.sdk.unpin(place.room, target(place))],
  [
    8,
    'reads',
    (by, place) => {
      const { number, room } = place;
      const joined = by.sdk.rooms.find((one) => one.number === room);
      if (joined === undefined) return undefined;
      by.sdk.markRead(room, number(2) === 0 ? joined.head : target(place));
      return undefined;
    },
  ],
  [4, 'reads a page', readPage],
  [1, 'searches', search],
  [5, 'puts somebody out amid talk', putOutAmid],
  [2, 'kicks', (by, place) => by.sdk.moderation.kick(place.room, other(place).name)],
  [1, 'bans', (by, place) => by.sdk.moderation.ban(place.room, other(place).name)],
  [2, 'unbans', (by, place) => by.sdk.moderation.unban(place.room, other(place).name)],
  [1, 'mutes', (by, place) => by.sdk.moderation.mute(place.room, other(place).name)],
  [2, 'unmutes', (by, place) => by.sdk.moderation.unmute(place.room, other(place).name)],
  [
    3,
    'gives a role',
    (by, place) => by.sdk.moderation.setRole(place.room, other(place).name, pick(ROOM_ROLES, place.number)),
  ],
  [8, 'adds', (by, place) => by.sdk.addMember(place.room, other(place).name)],
  [1, 'leaves', (by, place) => by.sdk.leaveRoom(place.room)],
  [2, 'sets the topic', (by, place) => by.sdk.changeRoom(place.room, { topic: words(place) })],
];

const LOTS = DEEDS.flatMap(([weight, what, deed]) => Array.from({ length: weight }, () => ({ what, deed })));

export function doSomething(place: Place): void {
  const { number, problems, log } = place;
  const { what, deed } = pick(LOTS, number);
  const by = other(place);
  log(`${by.name} ${what}`);
  deed(by, place)?.catch((error: unknown) => {
    const isDefect = error instanceof SottoError && error.code === ErrorCode.INTERNAL;
    if (isDefect || error instanceof TypeError) problems.push(`${by.name} ${what}: ${error}`);
  });
}
