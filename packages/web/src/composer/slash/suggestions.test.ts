import { describe, expect, test } from 'bun:test';
import { readable, type Store } from '@sotto/app';
import { SLASH_COMMANDS, typedCommand } from '@sotto/app/commands';
import type { JoinedRoom, Person } from '@sotto/client';
import { judge, type RoomAction, type RoomRole, standingOf } from '@sotto/model';
import { OFFERED_NAMES, offered, usageHere } from './offered.ts';
import type { Scene } from './scene.ts';
import { suggestionsFor, withWord } from './suggestions.ts';

const person = (number: number, name: string, displayName = name) =>
  ({ number, name, displayName, deleted: false }) as Person;
const PEOPLE = [person(1, 'alice'), person(2, 'bob', 'Robert'), person(3, 'ben')];
const GARDEN = { number: 3, kind: 'public', name: 'garden' } as unknown as JoinedRoom;
const LOBBY = { number: 1, kind: 'lobby', name: 'lobby' } as unknown as JoinedRoom;

/** As somebody with that role in the garden. */
function scene(role: RoomRole, administrator = false): Scene {
  const me = { ...person(9, 'me'), owner: false, administrator };
  const standing = standingOf('public', role, me);
  const fixed = <T>(value: T) => readable({ get: () => value, onChange: () => () => {} });
  const store = {
    me: fixed(me),
    rooms: fixed({ list: [LOBBY, GARDEN] }),
    client: {
      can: (_room: number, action: RoomAction) =>
        judge({ kind: 'public', standing, archived: false, muted: false }, action) === 'allowed',
    },
  };
  return {
    store: store as unknown as Store,
    room: GARDEN,
    thread: undefined,
    open: () => {},
    show: () => {},
    showPerson: () => {},
  };
}

function words(text: string, at: Scene = scene('member')): readonly string[] {
  const typed = typedCommand(text, text.length);
  return typed === undefined ? [] : suggestionsFor(at, typed, PEOPLE).map(({ word }) => word);
}

describe('what a command may become (C1)', () => {
  test('[PERMISSION-1] only what this account may do here is offered', () => {
    const names = (role: RoomRole, administrator = false) =>
      offered(scene(role, administrator)).map(([name]) => name);
    expect(names('member')).not.toContain('kick');
    expect(names('moderator')).toContain('kick');
    expect(names('moderator')).not.toContain('role');
    expect(names('admin')).toContain('role');
    expect(names('guest')).not.toContain('invite');
    expect([names('member').includes('admin'), names('member', true).includes('admin')]).toEqual([
      false,
      true,
    ]);
  });

  test('each that a window offers is in the table of both clients', () => {
    expect([...OFFERED_NAMES].filter((name) => !SLASH_COMMANDS.has(name))).toEqual([]);
  });

  test('names by their beginning; nothing once one is there as a whole', () => {
    expect(words('/un')).toEqual(['/unreact', '/uninvite', '/unblock']);
    expect(words('/un', scene('moderator'))).toContain('/unmute');
    expect(words('/UNB')).toEqual(['/unblock']);
    expect(words('/react')).toEqual([]);
    expect(words('/nothing')).toEqual([]);
  });

  test('people, rooms and words, where they are expected', () => {
    expect(words('/mute b')).toEqual(['@bob', '@ben']);
    expect(words('/mute @rob')).toEqual(['@bob']);
    expect(words('/mute #ga')).toEqual(['#garden']);
    expect(words('/mute #garden b')).toEqual(['@bob', '@ben']);
    expect(words('/role bob m')).toEqual(['member', 'moderator']);
    expect(words('/notify me')).toEqual(['mentions']);
    expect(words('/mute @bob')).toEqual([]);
    expect(words('/topic bo')).toEqual([]);
  });

  test('what is chosen takes the place of what was typed, and goes on where more must follow', () => {
    const chosen = (text: string, word: string) => {
      const typed = typedCommand(text, text.length);
      return typed && withWord(text, typed, word);
    };
    expect(chosen('/mut', '/mute')).toEqual({ text: '/mute ', caret: 6 });
    expect(chosen('/mute bo', '@bob')).toEqual({ text: '/mute @bob ', caret: 11 });
    expect(chosen('/search fr', 'from:')).toEqual({ text: '/search from:', caret: 13 });
  });

  test('a usage does not speak of the room that one is in', () => {
    const usage = (name: string) => {
      const slash = SLASH_COMMANDS.get(name);
      return slash && usageHere(name, slash);
    };
    expect([usage('kick'), usage('pins'), usage('join')]).toEqual([
      '/kick USER [reason]',
      '/pins',
      '/join #room|CODE',
    ]);
  });
});
