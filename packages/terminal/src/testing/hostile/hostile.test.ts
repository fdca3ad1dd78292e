import { describe, expect, test } from 'bun:test';
import { completeLine } from '../../line/complete.ts';
import { JsonPresenter } from '../../line/json.ts';
import type { Presenter, Surroundings } from '../../line/reply.ts';
import { runLineClient } from '../../line/session.ts';
import { wrapLine } from '../../line/terminal.ts';
import { TextPresenter } from '../../line/text/text.ts';
import { BOB, FakeClient, fileInfo, joined, message, ROOM, sequence } from '../fake-client.ts';
import { FakeIo } from '../fake-io.ts';
import { HOSTILE } from './corpus.ts';
import { PLACES, type Place } from './places.ts';

/** Written apart from the sanitiser: what acts on a terminal, reorders, or is not there to be seen. */
const ACTS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u115f\u1160\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\ud800-\udfff]|[\u{e0000}-\u{e007f}]/u;
const INDENT = '    ';
const COLUMNS = 80;
const CLUSTER_CHARACTERS_MAX = 32;
const CLUSTER_COLUMNS_MAX = 64;
/** A character of two units may become one like `<U+E007F>`, a line gets an indent, and a profile shows its text five times. */
const GROWTH_MAX = 40;
const PROGRAM_MAX = 2_000;
const clusters = new Intl.Segmenter('en', { granularity: 'grapheme' });

const SEEN = { sequence: sequence(7), sender: BOB, mine: false, thread: undefined, deleted: false };
const around = (text: string): Surroundings => ({
  numbers: false,
  loggingOut: false,
  isBlocked: () => false,
  find: (_, at) => (at === 7 ? { ...SEEN, text, file: fileInfo({ name: text }) } : undefined),
});

function show(place: Place, text: string, presenter: Presenter): readonly string[] {
  const shown = place.shows(text);
  switch (shown.kind) {
    case 'event':
      return presenter.event(shown.event, around(text));
    case 'reply':
      return presenter.reply(shown.reply, 1, around(text));
    case 'transfer':
      return presenter.transfer(shown.transfer, shown.state);
    case 'failure':
      return presenter.failure(shown.failure, 1);
    case 'answer':
      return presenter.answer(shown.answer, 1);
  }
}

const asText = (place: Place, text: string) => show(place, text, new TextPresenter(() => 0, new Date(0)));

/** Every string in a value. */
function strings(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}

const MARKER = 'Harmless';
const narrow = (line: string): string => line.replace(/ +/g, ' ').trim();

/** What the program itself puts in front of the text, line by line. */
function heads(place: Place): readonly string[] {
  return ofProgram(asText(place, MARKER)).map((line) => narrow(line.split(MARKER)[0] ?? ''));
}

/** Further lines of a text are indented, or empty. */
const ofProgram = (lines: readonly string[]) =>
  lines.filter((line) => line !== '' && !line.startsWith(INDENT));

function expectInert(lines: readonly string[], text: string): void {
  const all = lines.join('\n');
  expect(lines.find((line) => ACTS.test(line))).toBeUndefined();
  expect([...clusters.segment(all)].find(({ segment }) => isGiant(segment))).toBeUndefined();
  expect(all.length).toBeLessThanOrEqual(GROWTH_MAX * text.length + PROGRAM_MAX);
}

const isGiant = (cluster: string): boolean =>
  cluster.length > 1 &&
  ([...cluster].length > CLUSTER_CHARACTERS_MAX || Bun.stringWidth(cluster) > CLUSTER_COLUMNS_MAX);

/** In order, each at most once: what has nothing to say is left out. */
function expectOfProgram(lines: readonly string[], own: readonly string[]): void {
  let at = 0;
  for (const line of lines) {
    const found = own.findIndex((head, index) => index >= at && narrow(line).startsWith(head));
    expect(found === -1 ? line.slice(0, COLUMNS) : '').toBe('');
    at = found + 1;
  }
}

describe.each(PLACES)('hostile text as $name (C3)', (place) => {
  const own = heads(place);

  test('C3: is inert, bounded, and no line of it passes for one of the program', () => {
    for (const { text } of HOSTILE) {
      const lines = asText(place, text);
      expectInert(lines, text);
      expectOfProgram(ofProgram(lines), own);
      const rows = lines.flatMap((line) => wrapLine(line, COLUMNS).slice(1));
      expect(rows.find((row) => !row.startsWith(INDENT))).toBeUndefined();
    }
  });

  test('C3: for programs it is one line of JSON that says the same', () => {
    const saysIt = show(place, MARKER, new JsonPresenter()).some((line) => line.includes(`"${MARKER}"`));
    for (const { text } of HOSTILE) {
      const lines = show(place, text, new JsonPresenter());
      expect(lines).toHaveLength(1);
      for (const line of lines) {
        expect(line).not.toMatch(ACTS);
        expect(saysIt ? strings(JSON.parse(line)).includes(text) : strings(JSON.parse(line)).length > 0).toBe(
          true,
        );
      }
    }
  });
});

describe('hostile text in a conversation (C3)', () => {
  test.each([true, false])(
    'C3: what others write is never carried out (in a terminal: %p)',
    async (interactive) => {
      const client = new FakeClient();
      client.areas.notifies = false;
      for (const [index, { text }] of HOSTILE.entries())
        client.push({ kind: 'message', message: message(ROOM, BOB, text, index + 1) });
      client.push({ kind: 'connection', state: { kind: 'stopped', reason: undefined } });
      const io = new FakeIo(never(), interactive);
      const presenter = new TextPresenter(() => 0, new Date(0));
      const signal = new AbortController().signal;
      await runLineClient({ client, events: client.events(signal), io, presenter, signal });
      expect(client.calls.filter((call) => !call.startsWith('markRead'))).toEqual([]);
      expect(client.calls).toHaveLength(HOSTILE.length);
    },
  );

  test('M9 C3: a draft is put into the line only as far as it is one plain line, and is not entered', async () => {
    for (const { text } of HOSTILE) {
      const client = new FakeClient();
      client.areas.drafts.set(3, { room: ROOM.number, thread: undefined, replyTo: undefined, text });
      const io = new FakeIo([], true);
      const presenter = new TextPresenter(() => 0, new Date(0));
      const signal = new AbortController().signal;
      await runLineClient({ client, events: client.events(signal), io, presenter, signal });
      expect(io.typed === '' || io.typed === text).toBe(true);
      expectInert([io.typed, ...io.printed], text);
      expect(client.calls.filter((call) => !/^(draft|flushed)/.test(call))).toEqual([]);
    }
  });

  test('C3: completion offers no name that is not what it looks like', () => {
    for (const { text } of HOSTILE) {
      const known = { rooms: [joined(9, text)], people: [text], paths: () => [text] };
      for (const line of [
        '#',
        '@',
        '',
        '/add ',
        '/add #x ',
        '/kick #',
        '/search in:',
        `/join #${text.slice(0, 1)}`,
        '/send ',
        "/send '",
      ])
        for (const candidate of completeLine(line, known)[0]) expect(candidate).not.toMatch(ACTS);
    }
  });
});

/** Input that has no end. */
async function* never(): AsyncGenerator<string> {
  await new Promise(() => undefined);
  yield '';
}
