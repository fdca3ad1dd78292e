import { type Completing, ranked, type Store } from '@sotto/app';
import type { MemberList } from '@sotto/client';
import type { RoomNumber } from '@sotto/model';
import { useEffect, useState } from 'react';
import { nameOf } from '../conversation/words.ts';
import type { Emoji } from '../emoji/emoji.ts';
import { useReadable, useStore } from '../hooks/use-store.ts';

/** One thing that a word may become. */
export interface Option {
  /** What stands in the text then. */
  word: string;
  label: string;
  /** Beside it. */
  hint: string;
}

const SHOWN_MAX = 8;
const NOTHING: readonly Option[] = [];
const NOBODY: MemberList = { state: 'loading', members: [] };
const NO_MEMBERS = { get: () => NOBODY, subscribe: () => () => {} };

/** Members are asked for only while somebody is being named. */
export function useOptions(room: RoomNumber, completing: Completing | undefined): readonly Option[] {
  const store = useStore();
  const isNaming = completing?.sign === '@';
  const { members } = useReadable(isNaming ? store.members(room) : NO_MEMBERS);
  const emoji = useEmojiFinder(completing?.sign === ':');
  if (completing === undefined) return NOTHING;
  switch (completing.sign) {
    case '@':
      return [...people(members, completing.query), ...everybody(store, room, completing.query)];
    case '#':
      return rooms(store, completing.query);
    case ':':
      return emoji?.(completing.query, SHOWN_MAX).map(emojiOption) ?? NOTHING;
  }
}

function people(members: MemberList['members'], query: string): readonly Option[] {
  const there = members.filter(({ deleted }) => !deleted);
  const found = ranked(there, query, (one) => [one.name, one.displayName], SHOWN_MAX);
  return found.map((one) => ({ word: `@${one.name}`, label: nameOf(one), hint: `@${one.name}` }));
}

const EVERYBODY: Option = { word: '@room', label: 'room', hint: 'everybody in this room' };

/** Where this account may call all of them. */
const everybody = ({ client }: Store, room: RoomNumber, query: string): readonly Option[] =>
  client.can(room, 'mentionRoom') && 'room'.startsWith(query.toLowerCase()) ? [EVERYBODY] : NOTHING;

function rooms(store: Store, query: string): readonly Option[] {
  const named = store.rooms.get().list.filter(({ kind }) => kind !== 'direct');
  return ranked(named, query, ({ name }) => [name], SHOWN_MAX).map(({ name }) => ({
    word: `#${name}`,
    label: `#${name}`,
    hint: '',
  }));
}

type FindEmoji = typeof import('../emoji/emoji.ts').findEmoji;

/** Its data are fetched when the first one is looked for. */
function useEmojiFinder(isNeeded: boolean): FindEmoji | undefined {
  const [find, setFind] = useState<FindEmoji>();
  useEffect(() => {
    // Without it the text stays as it is typed.
    if (isNeeded)
      import('../emoji/emoji.ts').then(
        ({ findEmoji }) => setFind(() => findEmoji),
        () => {},
      );
  }, [isNeeded]);
  return find;
}

const emojiOption = ({ glyph, label, codes }: Emoji): Option => ({
  word: glyph,
  label: `${glyph} ${label}`,
  hint: codes[0] === undefined ? '' : `:${codes[0]}:`,
});
