import { describe, expect, test } from 'bun:test';
import type { NoticeEvent, Person, TimelineNotice } from '@sotto/client';
import { ALICE, BOB, joined, NOON, person, ROOM, sequence } from '../testing/index.ts';
import { noticeLines } from './notices.ts';

const CAROL = person(3, 'carol');
const words = (...notices: readonly TimelineNotice[]) =>
  noticeLines(notices, ALICE.number).map((line) => line.words);
const deed = { room: ROOM, sequence: sequence(9), by: BOB, at: NOON };
const told = (event: NoticeEvent, by: Person = BOB): TimelineNotice => ({
  sequence: sequence(9),
  at: NOON,
  by,
  event,
});

describe('what happens beside messages, in words (C1, M10)', () => {
  test('who comes and goes in a row is one line, many are counted', () => {
    expect(words(joined(1))).toEqual(['bob joined']);
    expect(words(joined(1), joined(2, CAROL))).toEqual(['bob and carol joined']);
    const crowd = Array.from({ length: 9 }, (_, at) => joined(at, person(at + 10, `p${at}`)));
    expect(words(...crowd)).toEqual(['p0, p1, p2 and 6 others joined']);
    expect(
      words(joined(1), told({ kind: 'memberLeft', room: ROOM, sequence: sequence(2), member: BOB })),
    ).toEqual(['bob joined', 'bob left']);
  });

  test('who reads is "you", first or not, and who did it is named', () => {
    expect(words(joined(1, ALICE))).toEqual(['You joined']);
    const added = { ...joined(1, ALICE), by: BOB };
    expect(words(added)).toEqual(['bob added you']);
    expect(words(told({ kind: 'memberKicked', ...deed, member: ALICE, reason: 'too loud' }))).toEqual([
      'bob removed you: too loud',
    ]);
    const server = { ...person(0, 'server') };
    expect(
      words(told({ kind: 'memberRoleChanged', ...deed, by: server, member: ALICE, role: 'owner' }, server)),
    ).toEqual(['The server made you an owner']);
  });

  test('who makes a room is in it', () => {
    const made = told({ kind: 'roomCreated', room: ROOM, sequence: sequence(1), by: BOB });
    expect(words(made, joined(2), joined(3, CAROL))).toEqual(['bob made this room', 'carol joined']);
  });

  test('what moderators do says until when and why', () => {
    expect(
      words(told({ kind: 'memberMuted', ...deed, member: CAROL, reason: '', until: undefined })),
    ).toEqual(['bob muted carol']);
    const [line] = words(told({ kind: 'memberBanned', ...deed, member: CAROL, reason: 'spam', until: NOON }));
    expect(line).toMatch(/^bob banned carol until .+: spam$/);
    expect(words(told({ kind: 'memberUnbanned', ...deed, member: CAROL, reason: '' }))).toEqual([
      'bob lifted the ban on carol',
    ]);
  });

  test('each thing that was changed is told of, and what was pinned leads there', () => {
    const changes = { name: 'yard', topic: '', slowModeSeconds: 30, archived: true };
    expect(words(told({ kind: 'roomChanged', ...deed, changes }))).toEqual([
      'bob renamed the room to yard',
      'bob removed the topic',
      'bob archived the room',
      'bob set slow mode to 30 s',
    ]);
    const target = sequence(4);
    expect(noticeLines([told({ kind: 'messagePinned', ...deed, target })], ALICE.number)).toEqual([
      { words: 'bob pinned a message', target },
    ]);
  });
});
