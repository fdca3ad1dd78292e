/** A judge who sees nothing would let everything pass. */
import { describe, expect, test } from 'bun:test';
import { type Disturbance, judge } from './judge.ts';
import type { Heard, Journal } from './orders.ts';

const ROOM = 'talk';
/** What stands in the room before the first message. */
const BEFORE = 2;

/** One message each 50 ms, heard 30 ms and answered 40 ms later. */
function world(count: number) {
  const ids = Array.from({ length: count }, (_, index) => `${index}`);
  const seen = (afterMs: number): Heard[] =>
    ids.map((id, index) => ({ room: ROOM, id, sequence: BEFORE + index, at: index * 50 + afterMs }));
  const sent = ids.map((id, index) => ({ id, at: index * 50 }));
  const speaker: Journal = { sent, accepted: seen(40), heard: seen(35), refused: [], states: [] };
  return { speaker, heard: seen(30) };
}

const always: Disturbance = { name: 'all of it', at: 0, until: 10_000 };

function verdictOn(speaker: Journal, heard: readonly Heard[], disturbances = [always]) {
  return judge(ROOM, speaker, { sent: [], accepted: [], heard, refused: [], states: [] }, disturbances);
}

describe('the judge of a session', () => {
  test('finds nothing where all is well', () => {
    const { speaker, heard } = world(10);
    expect(verdictOn(speaker, heard)).toEqual({
      said: 10,
      lost: [],
      doubled: [],
      misplaced: [],
      interruptions: [{ name: 'all of it', arrivalMs: 30, answerMs: 40, gapMs: 50 }],
    });
  });

  test('finds what never came, was never answered, or was refused', () => {
    const { speaker, heard } = world(10);
    expect(verdictOn(speaker, heard.toSpliced(9, 1)).lost).toEqual(['9']);
    expect(verdictOn({ ...speaker, accepted: speaker.accepted.toSpliced(9, 1) }, heard).lost).toEqual(['9']);
    expect(verdictOn({ ...speaker, refused: ['why'] }, heard).lost).toEqual(['why']);
    expect(verdictOn(speaker, []).lost).toHaveLength(10);
  });

  test('finds what came twice, as the same event and as another one', () => {
    const { speaker, heard } = world(10);
    const again = { room: ROOM, id: '4', at: 500 };
    for (const sequence of [BEFORE + 4, BEFORE + 10])
      expect(verdictOn(speaker, [...heard, { ...again, sequence }])).toMatchObject({ doubled: ['4'] });
  });

  test('finds what stands elsewhere in the room than it was sent, and what came out of its place', () => {
    const { speaker, heard } = world(4);
    const [a, b, c, d] = heard;
    if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error('four');
    expect(verdictOn(speaker, [a, c, b, d]).misplaced).toEqual([c.sequence, b.sequence]);
    const exchanged = [a, { ...c, sequence: b.sequence }, { ...b, sequence: c.sequence }, d];
    expect(verdictOn(speaker, exchanged).misplaced).toEqual([b.sequence, c.sequence]);
    expect(verdictOn(speaker, [a, b, c, { ...d, sequence: d.sequence + 1 }]).misplaced).toHaveLength(1);
  });

  test('answers may come in any order', () => {
    const { speaker, heard } = world(10);
    const accepted = speaker.accepted.toReversed();
    expect(verdictOn({ ...speaker, accepted }, heard)).toMatchObject({ lost: [], misplaced: [] });
  });

  test('measures an interruption where it was, and only up to the next one where it goes on', () => {
    const { speaker, heard } = world(20);
    // Nothing arrives from 200 to 700.
    const late = heard.map((message) =>
      message.at > 200 && message.at < 700 ? { ...message, at: 700 } : message,
    );
    const windows = [
      { name: 'before', at: 0, until: 200 },
      { name: 'it', at: 200, until: 500 },
      { name: 'still', at: 500, until: 750 },
      { name: 'after', at: 750, until: 1_000 },
    ];
    const { interruptions } = verdictOn(speaker, late, windows);
    expect(interruptions).toMatchObject([
      { arrivalMs: 30, gapMs: 50 },
      { arrivalMs: 300, gapMs: 320 },
      { arrivalMs: 500, gapMs: 520 },
      { arrivalMs: 30, gapMs: 50 },
    ]);
  });
});
