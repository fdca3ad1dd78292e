/** Who and what a message names: shown as such where there is somebody, or such a room, and as text otherwise. */
import type { Store } from '@sotto/app';
import type { JoinedRoom, MemberList, Person } from '@sotto/client';
import { type Named, type RoomNumber, readName, type Sequence, type Span } from '@sotto/model';
import { useContext } from 'react';
import { StoreContext, useReadable } from '../hooks/use-store.ts';
import { PeopleContext, readyPeople } from '../people/people.ts';
import { hashOf, useRoute } from '../routes.ts';
import { classes } from '../ui/classes.ts';
import { tip } from '../ui/tip.ts';
import styles from './markdown.module.css';

interface MentionProps {
  text: string;
  names: readonly Named[];
}

const NAME_OF_ROOM = 'room';

export function Mention(props: MentionProps) {
  const store = useContext(StoreContext);
  const route = useRoute();
  if (store === undefined || route.kind !== 'room') return props.text;
  return <MentionIn store={store} room={route.room} {...props} />;
}

function MentionIn({ store, room, text, names }: MentionProps & { store: Store; room: RoomNumber }) {
  const { members } = useReadable(store.members(room));
  const me = useReadable(store.me);
  const known = byKey(members);
  // Before the members are known one knows oneself.
  const personOf = (key: string) =>
    known.get(key) ?? (me !== undefined && keyOf(me.name) === key ? me : undefined);
  const named = names.find(({ key }) => key === NAME_OF_ROOM || personOf(key) !== undefined);
  if (named === undefined) return text;
  const person = personOf(named.key);
  const isMe = named.key === NAME_OF_ROOM || (person !== undefined && person.number === me?.number);
  const title = person === undefined ? 'Everybody in this room' : person.displayName || person.name;
  return (
    <>
      <Chip person={person} className={classes(styles.mention, isMe && styles.me)} title={title}>
        {text.slice(0, named.length)}
      </Chip>
      {text.slice(named.length)}
    </>
  );
}

interface ChipProps {
  /** undefined: everybody. */
  person: Person | undefined;
  className: string;
  title: string;
  children: string;
}

/** Tells who it is when it is pressed. */
function Chip({ person, className, title, children }: ChipProps) {
  const people = useContext(PeopleContext);
  if (people === undefined || person === undefined)
    return (
      <span className={className} {...tip(title)}>
        {children}
      </span>
    );
  return (
    <button
      type="button"
      className={className}
      aria-haspopup="dialog"
      onPointerEnter={readyPeople}
      onFocus={readyPeople}
      onClick={({ currentTarget }) => people.showCard(person, currentTarget)}
      {...tip(title)}
    >
      {children}
    </button>
  );
}

export function Reference({ span }: { span: Extract<Span, { kind: 'reference' }> }) {
  const store = useContext(StoreContext);
  return store === undefined ? span.text : <ReferenceIn store={store} span={span} />;
}

function ReferenceIn({ store, span }: { store: Store; span: Extract<Span, { kind: 'reference' }> }) {
  const { list } = useReadable(store.rooms);
  const { text, to, names, sequence } = span;
  const known = roomsByKey(list);
  const named = names.find(({ key }) => known.has(`${to} ${key}`));
  const room = named === undefined ? undefined : known.get(`${to} ${named.key}`);
  if (named === undefined || room === undefined) return text;
  const length = sequence === undefined ? named.length : text.length;
  const route =
    sequence === undefined
      ? ({ kind: 'room', room: room.number } as const)
      : ({ kind: 'room', room: room.number, message: sequence as Sequence } as const);
  return (
    <>
      <a className={styles.reference} href={hashOf(route)}>
        {text.slice(0, length)}
      </a>
      {text.slice(length)}
    </>
  );
}

type Member = MemberList['members'][number];

const memberKeys = new WeakMap<MemberList['members'], ReadonlyMap<string, Member>>();

function byKey(members: MemberList['members']): ReadonlyMap<string, Member> {
  const known = memberKeys.get(members);
  if (known !== undefined) return known;
  const keys = new Map(
    members.filter(({ deleted }) => !deleted).map((member) => [keyOf(member.name), member]),
  );
  memberKeys.set(members, keys);
  return keys;
}

const roomKeys = new WeakMap<readonly JoinedRoom[], ReadonlyMap<string, JoinedRoom>>();

function roomsByKey(rooms: readonly JoinedRoom[]): ReadonlyMap<string, JoinedRoom> {
  const known = roomKeys.get(rooms);
  if (known !== undefined) return known;
  const keys = new Map(
    rooms.map((room) => [`${room.kind === 'direct' ? 'person' : 'room'} ${keyOf(room.name)}`, room]),
  );
  roomKeys.set(rooms, keys);
  return keys;
}

function keyOf(name: string): string {
  const reading = readName(name);
  return reading.kind === 'valid' ? reading.key : name;
}
