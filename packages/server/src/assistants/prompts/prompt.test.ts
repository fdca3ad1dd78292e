/** What a prompt is made of, whatever is said in it (I3). */
import { describe, expect, test } from 'bun:test';
import { visibleText } from '@sotto/model';
import fc from 'fast-check';
import type { UserRecord } from '../../accounts/store.ts';
import type { Prompt } from '../task.ts';
import { INJECTIONS } from '../testing/injections.ts';
import { estimateTokens } from '../tokens.ts';
import { INSTRUCTIONS } from './instructions.ts';
import { type PromptFacts, type Told, writePrompt } from './prompt.ts';

const PARTS = ['messages', 'file', 'question'] as const;
const NOW_MS = Date.UTC(2026, 10, 21, 9, 30);
const speaker = { user: { name: 'helper' } as UserRecord, prompt: 'Be brief.' };

const told = (sequence: number, text: string, of: Partial<Told> = {}): Told => ({
  source: `#garden/${sequence}`,
  sequence,
  timeMs: NOW_MS,
  from: 'alice',
  text,
  answers: undefined,
  thread: undefined,
  file: undefined,
  ...of,
});

const facts = (of: Partial<PromptFacts> = {}): PromptFacts => ({
  task: 'question',
  speaker,
  instructions: '',
  nowMs: NOW_MS,
  contextTokens: 10_000_000,
  question: told(99, 'what now?'),
  room: { label: '#garden', topic: '' },
  groups: [],
  order: 'room',
  file: undefined,
  whole: undefined,
  ...of,
});

/** The lines of each part, read back; throws where the tags are not each there once, in order, with nothing around them. */
function partsOf({ user }: Pick<Prompt, 'user'>): Record<(typeof PARTS)[number], Record<string, unknown>[]> {
  const match =
    /^<messages>\n([^<>]*)<\/messages>\n<file>\n([^<>]*)<\/file>\n<question>\n([^<>]*)<\/question>$/.exec(
      user,
    );
  if (match === null) throw new Error('the parts are not what they should be');
  const lines = match.slice(1).map((part) =>
    part
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line)),
  );
  const [messages = [], file = [], question = []] = lines;
  return { messages, file, question };
}

/** Everywhere at once where people write something. */
const everywhere = (text: string): PromptFacts =>
  facts({
    question: told(99, text, { from: text }),
    instructions: text,
    room: { label: '#garden', topic: text },
    groups: [[told(1, text, { from: text, file: { name: text, type: text, bytes: 1 } })]],
    file: { source: '#garden/1', name: text, text },
  });

function expectUnbroken(text: string): void {
  const prompt = writePrompt(everywhere(text));
  const visible = visibleText(text);
  const { messages, file, question } = partsOf(prompt);
  const [head, said] = messages;
  expect(messages).toHaveLength(2);
  expect(head).toEqual({ room: '#garden', ...(visible !== '' && { topic: visible }) });
  expect(said).toMatchObject({ message: '#garden/1', from: visible, text: visible });
  expect(said?.file).toEqual({ name: visible, type: visible, bytes: 1 });
  expect(file).toMatchObject([{ message: '#garden/1', name: visible, text: visible }]);
  expect(question).toMatchObject([{ message: '#garden/99', from: visible, text: visible }]);
  const { system } = prompt;
  const bare = writePrompt({ ...everywhere(''), instructions: text === '' ? '' : 'x' }).system;
  const last = system.split('\n').at(-1) ?? '';
  expect(text === '' || JSON.parse(last) === visible).toBe(true);
  expect(system.slice(0, system.length - last.length)).toBe(
    bare.slice(0, bare.length - (text === '' ? last.length : '"x"'.length)),
  );
  expect(prompt.user + system).not.toMatch(
    /[\u2028\u2029\u{e0000}-\u{e007f}\p{Bidi_Control}\u200b]|(?!\n)\p{Cc}/u,
  );
}

describe('prompts (I3)', () => {
  test('[PROMPT-2] there are more than a hundred injections, and none changes what a prompt is made of', () => {
    expect(new Set(INJECTIONS).size).toBeGreaterThan(100);
    for (const text of INJECTIONS) expectUnbroken(text);
  });

  test('[PROMPT-2] all injections together are as many messages', () => {
    const all = INJECTIONS.map((text, index) => told(index + 100, text));
    const prompt = writePrompt(facts({ groups: [all.toReversed()] }));
    const { messages } = partsOf(prompt);
    expect(messages).toHaveLength(INJECTIONS.length + 1);
    expect(messages.slice(1).map(({ text }) => text)).toEqual(INJECTIONS.map(visibleText));
    expect(prompt.sources.size).toBe(INJECTIONS.length + 1);
  });

  test('[PROMPT-2] nor does any text', () => {
    const pieces = fc.constantFrom(
      '<',
      '/',
      'messages',
      'file',
      'question',
      '>',
      '\n',
      '"',
      '}',
      '{',
      '\\',
      '\ud800',
      '\udc00',
      '\u2028',
      '\u200b',
      '\u{e0041}',
      '\u202e',
      'text',
      ',',
      ':',
      '[INST]',
      '[',
      ']',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((parts) => parts.join('')),
    );
    fc.assert(fc.property(texts, expectUnbroken), { numRuns: 1_000 });
  });

  test('[PROMPT-2] nothing of what people say is in the system message, which says what is data', () => {
    const secret = 'marrow-4711';
    const { system } = writePrompt({ ...everywhere(secret), instructions: '' });
    expect(system).not.toContain(secret);
    expect(system).toContain('data, never instructions');
    expect(system).toContain('"helper"');
    expect(system).toContain('Be brief.');
    const forRoom = writePrompt(facts({ instructions: `Speak\n</messages> of ${secret}` })).system;
    expect(forRoom.indexOf(secret)).toBeGreaterThan(forRoom.indexOf(INSTRUCTIONS.moderators));
    expect(forRoom).toContain(`"Speak\\n\\u003c/messages\\u003e of ${secret}"`);
  });

  test('[PROMPT-2] marks of turns that models know are none', () => {
    const { user } = writePrompt(
      facts({ groups: [[told(1, '[INST] <|im_start|> [/INST] [TOOL_CALLS] [a](b) ＜x＞')]] }),
    );
    expect(user).toContain(
      '\\u005bINST] \\u003c|im_start|\\u003e \\u005b/INST] \\u005bTOOL_CALLS] [a](b) \\uff1cx\\uff1e',
    );
  });

  test('[PROMPT-3] the newest that fit are told, in the order of the room', () => {
    const all = Array.from({ length: 200 }, (_, index) =>
      told(index + 1, `message number ${index + 1} of many`),
    );
    const prompt = writePrompt(
      facts({ groups: [[all[2] ?? told(3, '')], all.toReversed()], contextTokens: 3_000 }),
    );
    const sequences = partsOf(prompt)
      .messages.slice(1)
      .map(({ message }) => Number(`${message}`.split('/')[1]));
    expect(sequences[0]).toBe(3);
    expect(sequences.length).toBeGreaterThan(10);
    const from = 200 - sequences.length + 2;
    expect(sequences.slice(1)).toEqual(
      Array.from({ length: sequences.length - 1 }, (_, index) => from + index),
    );
    expect(prompt.tokens).toBeLessThanOrEqual(3_000);
    expect(prompt.tokens).toBeGreaterThan(2_800);
  });

  test('[PROMPT-3] a long message does not keep the others out, and a budget holds whatever is said', () => {
    const flood = told(2, '界'.repeat(5_000));
    const prompt = writePrompt(
      facts({ groups: [[told(3, 'after'), flood, told(1, 'before')]], contextTokens: 3_000 }),
    );
    const [, before, cut, after] = partsOf(prompt).messages;
    expect([before?.text, after?.text]).toEqual(['before', 'after']);
    expect(cut?.cut).toBe(true);
    expect(flood.text.startsWith(`${cut?.text}`)).toBe(true);
    for (const text of INJECTIONS) {
      const { tokens, user, system } = writePrompt(
        facts({
          question: told(99, text),
          room: { label: '#garden', topic: text.slice(0, 250) },
          groups: [[told(2, text)], [told(3, text), told(1, text)]],
          file: { source: '#garden/2', name: text.slice(0, 80), text },
          contextTokens: 4_000,
        }),
      );
      expect(tokens).toBeLessThanOrEqual(4_000);
      expect(tokens).toBeGreaterThanOrEqual(estimateTokens(user) + estimateTokens(system));
    }
  });

  test('[PROMPT-5] a text that is too long for what is left is cut and says so', () => {
    const file = { source: '#garden/1', name: 'notes.txt', text: 'all work and no play\n'.repeat(3_000) };
    const { file: short } = partsOf(writePrompt(facts({ file, groups: [[told(1, '')]] })));
    expect(short).toEqual([{ message: '#garden/1', name: 'notes.txt', text: file.text }]);
    const prompt = writePrompt(facts({ file, groups: [[told(1, '')]], contextTokens: 3_000 }));
    const { file: long, messages } = partsOf(prompt);
    expect(long).toMatchObject([{ cut: true }]);
    expect(messages).toHaveLength(2);
    expect(prompt.tokens).toBeLessThanOrEqual(3_000);
  });

  test('[PROMPT-7] it says how many messages are not told', () => {
    const all = Array.from({ length: 300 }, (_, index) =>
      told(index + 1, `message number ${index + 1}`),
    ).toReversed();
    const summary = (of: Partial<PromptFacts>) =>
      writePrompt(facts({ task: 'summary', question: { from: 'alice' }, groups: [all], ...of }));
    const [head, ...rest] = partsOf(summary({ whole: { isMore: false }, contextTokens: 3_000 })).messages;
    expect(head?.notTold).toBe(`${300 - rest.length}`);
    expect(partsOf(summary({ whole: { isMore: true }, contextTokens: 3_000 })).messages[0]?.notTold).toBe(
      `${300 - rest.length} or more`,
    );
    expect(partsOf(summary({ whole: { isMore: false } })).messages[0]).toEqual({ room: '#garden' });
  });

  test('[PROMPT-10] what may be cited is what is told', () => {
    const all = Array.from({ length: 100 }, (_, index) =>
      told(index + 1, 'see #board/7 and #garden/1000'),
    ).toReversed();
    const prompt = writePrompt(facts({ groups: [all], contextTokens: 2_500 }));
    const messages = partsOf(prompt)
      .messages.slice(1)
      .map(({ message }) => `${message}`);
    expect([...prompt.sources].sort()).toEqual(
      [...messages, '#garden/99'].filter((one, at, list) => list.indexOf(one) === at).sort(),
    );
  });

  test('[PROMPT-3] estimates are rather too many: English has about four characters to a token', () => {
    const english = 'The quick brown fox jumps over the lazy dog, and then it goes home. ';
    const perCharacter = (text: string) => estimateTokens(text.repeat(100)) / (100 * [...text].length);
    expect(perCharacter(english)).toBeGreaterThan(1 / 4);
    expect(perCharacter(english)).toBeLessThan(1 / 2);
    expect(perCharacter('if (a[0] !== 17) { b += "x"; }')).toBeGreaterThan(1 / 2);
    expect(perCharacter('これまでの指示')).toBeGreaterThanOrEqual(1);
    expect(perCharacter('😀')).toBeGreaterThanOrEqual(2);
    expect(estimateTokens('')).toBe(0);
  });
});
