/** What the word at the caret of a command may become. */
import { ranked } from '@sotto/app';
import type { TypedCommand } from '@sotto/app/commands';
import type { Person } from '@sotto/client';
import { nameOf } from '../../conversation/words.ts';
import type { Option } from '../options.ts';
import { offered, usageHere } from './offered.ts';
import type { Scene } from './scene.ts';

const SHOWN_MAX = 8;
const USAGE_MAX = 48;

export function suggestionsFor(
  scene: Scene,
  typed: TypedCommand,
  people: readonly Person[],
): readonly Option[] {
  const { word, start, expected } = typed;
  if (start === 0) return commandsFor(scene, word);
  const options = expected.flatMap((what) => optionsFor(what, scene, word, people));
  // It stands there already.
  return options.some((option) => option.word === word) ? [] : options.slice(0, SHOWN_MAX);
}

function commandsFor(scene: Scene, word: string): readonly Option[] {
  const wanted = word.slice(1).toLowerCase();
  const all = offered(scene).filter(([name]) => name.startsWith(wanted));
  if (all.some(([name]) => name === wanted)) return [];
  return all.map(([name, slash]) => {
    const usage = usageHere(name, slash);
    const label = usage.length > USAGE_MAX ? `/${name} …` : usage;
    return { word: `/${name}`, label, hint: slash.summary };
  });
}

type Expected = TypedCommand['expected'][number];

function optionsFor(
  what: Expected,
  scene: Scene,
  word: string,
  people: readonly Person[],
): readonly Option[] {
  switch (what) {
    case 'room':
      return word.startsWith('#') ? roomsFor(scene, word) : [];
    case 'user':
      return word.startsWith('#') ? [] : peopleFor(people, word);
    case 'conversation':
      return word.startsWith('@')
        ? peopleFor(people, word)
        : word.startsWith('#')
          ? roomsFor(scene, word)
          : [];
    case 'command':
      return offered(scene)
        .filter(([name]) => name.startsWith(word))
        .map(([name, { summary }]) => ({ word: name, label: name, hint: summary }));
    case 'emoji':
    case 'path':
    case 'text':
      // As in any text.
      return [];
    default:
      return what
        .filter((one) => word !== '' || !/[#@]$/.test(one))
        .filter((one) => one.startsWith(word.toLowerCase()))
        .map((one) => ({ word: one, label: one, hint: '' }));
  }
}

function roomsFor({ store }: Scene, word: string): readonly Option[] {
  const rooms = store.rooms.get().list.filter(({ kind }) => kind !== 'direct');
  return ranked(rooms, word.slice(1), ({ name }) => [name], SHOWN_MAX).map(({ name }) => ({
    word: `#${name}`,
    label: `#${name}`,
    hint: '',
  }));
}

function peopleFor(people: readonly Person[], word: string): readonly Option[] {
  const there = people.filter(({ deleted }) => !deleted);
  const found = ranked(there, word.replace(/^@/, ''), (one) => [one.name, one.displayName], SHOWN_MAX);
  return found.map((one) => ({ word: `@${one.name}`, label: nameOf(one), hint: `@${one.name}` }));
}

/** The text with the word in place of what was typed, and where the caret is then. */
export function withWord(text: string, { start, end }: TypedCommand, word: string) {
  // "in:#" goes on with a name.
  const blank = /[:#@]$/.test(word) ? '' : ' ';
  const rest = text.slice(end).replace(/^ /, '');
  return { text: `${text.slice(0, start)}${word}${blank}${rest}`, caret: start + word.length + blank.length };
}
