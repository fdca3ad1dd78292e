import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { ANSWER_TEXT_MAX_UNITS, Pieces } from './pieces.ts';

/** A text, cut into pieces with their offsets. */
const cut = fc
  .array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }), { maxLength: 12 })
  .map((parts) => {
    let offset = 0;
    const pieces = parts.map((text) => {
      offset += text.length;
      return { offset: offset - text.length, text };
    });
    return { whole: parts.join(''), pieces };
  });

describe('the text of an answer, put together (I1)', () => {
  test('[ANSWERS-2] I1: pieces in any order, some of them twice, come to the exact text', () => {
    const run = fc.property(cut, fc.infiniteStream(fc.nat()), ({ whole, pieces }, order) => {
      const mixed = [...pieces, ...pieces.filter(() => (order.next().value ?? 0) % 2 === 0)]
        .map((piece) => ({ piece, at: order.next().value ?? 0 }))
        .sort((one, other) => one.at - other.at);
      const put = new Pieces();
      for (const { piece } of mixed) {
        put.add(piece.offset, piece.text);
        expect(whole.startsWith(put.text)).toBe(true);
      }
      expect(put.text).toBe(whole);
      expect(put.hasGap).toBe(false);
    });
    fc.assert(run, { numRuns: 300 });
  });

  test('[ANSWERS-2] I1: what is shown is a beginning of the text, whatever is lost; the whole mends it', () => {
    const run = fc.property(cut, fc.infiniteStream(fc.boolean()), ({ whole, pieces }, lost) => {
      const put = new Pieces();
      for (const { offset, text } of pieces) {
        if (lost.next().value === false) put.add(offset, text);
        expect(whole.startsWith(put.text)).toBe(true);
      }
      expect(put.text === whole || put.text.length < whole.length).toBe(true);
      put.replace(whole);
      expect(put).toMatchObject({ text: whole, hasGap: false });
    });
    fc.assert(run, { numRuns: 300 });
  });

  test('[ANSWERS-5] I3: whatever comes, the text and what waits beyond a gap are bounded', () => {
    const put = new Pieces();
    const much = 'x'.repeat(100_000);
    expect(put.add(0xffffffff, 'beyond')).toBe(false);
    expect(put.hasGap).toBe(false);
    for (let offset = 1; offset < 1_000; offset += 1) put.add(offset, much);
    expect(put.text).toBe('');
    expect(put.add(0, much)).toBe(true);
    expect(put).toMatchObject({ text: 'x'.repeat(ANSWER_TEXT_MAX_UNITS), hasGap: false });
    expect(put.add(ANSWER_TEXT_MAX_UNITS - 1, much)).toBe(false);
    const drops = new Pieces();
    for (let offset = 1; offset < 1_000; offset += 1) drops.add(offset, 'x');
    drops.add(0, 'x');
    expect(drops.text.length).toBeLessThan(50);
    expect(put.replace(much)).toBe(false);
    expect(put.text).toHaveLength(ANSWER_TEXT_MAX_UNITS);
  });
});
