/** Assistants with models on real HTTP servers of both kinds, which answer, dawdle and fail in every way (I1, I2, I3). */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Answer, Message } from '@sotto/client/node';
import { MESSAGE_MAX_BYTES, type RoomNumber, type Sequence } from '@sotto/model';
import { ErrorCode } from '@sotto/schema';
import type { ModelMode } from '@sotto/server/testing/providers';
import { type AskingHouse, openAskingHouse } from './support/assistants.ts';
import type { Guest } from './support/house.ts';

const TIMEOUT_MS = 120_000;
const BUDGET = 1_000;
const TEXT = 'One two three four five six seven eight nine ten eleven twelve.';

type End = Answer['state']['kind'];

interface Case {
  what: string;
  mode: ModelMode | readonly ModelMode[];
  ends: End;
  /** What is said in the room. */
  says?: RegExp;
  requests: number;
}

/** Each is an assistant of its own, so that the failures of one hold up no other. */
const CASES: Readonly<Record<string, Case>> = {
  streams: {
    what: 'streams word by word',
    mode: { kind: 'answer', text: TEXT, pauseMs: 60 },
    ends: 'done',
    says: /^One two .* twelve\.$/,
    requests: 1,
  },
  dawdles: {
    what: 'begins late',
    mode: { kind: 'answer', text: TEXT, firstByteMs: 1_000 },
    ends: 'done',
    says: /twelve\.$/,
    requests: 1,
  },
  breaks: {
    what: 'is cut off in the middle',
    // What a busy reader has not taken by then is lost with the connection, and what has no text is asked again.
    mode: { kind: 'cutOff', words: 4, text: TEXT, pauseMs: 300 },
    ends: 'cutOff',
    says: /^One two three four\s*\n+\[.+\]$/,
    requests: 1,
  },
  stalls: {
    what: 'says three words, and then nothing',
    mode: { kind: 'stall', words: 3, text: TEXT },
    ends: 'cutOff',
    says: /^One two three\s*\n+\[.+\]$/,
    requests: 1,
  },
  denies: { what: 'answers 401', mode: { kind: 'status', status: 401 }, ends: 'failed', requests: 1 },
  waits: {
    what: 'answers 429 with a time that is short, and then well',
    mode: [
      { kind: 'status', status: 429, retryAfter: '1' },
      { kind: 'answer', text: TEXT },
    ],
    ends: 'done',
    says: /twelve\.$/,
    requests: 2,
  },
  shuts: {
    what: 'answers 429 with a time that is long',
    mode: { kind: 'status', status: 429, retryAfter: '3600' },
    ends: 'failed',
    requests: 1,
  },
  fails: {
    what: 'answers 500 every time',
    mode: { kind: 'status', status: 500 },
    ends: 'failed',
    requests: 3,
  },
  recovers: {
    what: 'hangs up, and then answers well',
    mode: [{ kind: 'hangUp' }, { kind: 'answer', text: TEXT }],
    ends: 'done',
    says: /twelve\.$/,
    requests: 2,
  },
  babbles: {
    what: 'sends what is no stream',
    mode: { kind: 'malformed', how: 'text' },
    ends: 'failed',
    requests: 1,
  },
  garbles: {
    what: 'sends a malformed chunk after a word',
    mode: { kind: 'malformed', how: 'json' },
    ends: 'cutOff',
    says: /^Well,\s*\n+\[.+\]$/,
    requests: 1,
  },
  sleeps: { what: 'never answers', mode: { kind: 'silent' }, ends: 'failed', requests: 1 },
  rambles: {
    what: 'never stops',
    mode: { kind: 'endless', how: 'words' },
    ends: 'cutOff',
    says: /^word word [\s\S]*\n\[.+\]$/,
    requests: 1,
  },
  swells: {
    what: 'sends one endless line',
    mode: { kind: 'endless', how: 'line' },
    ends: 'failed',
    requests: 1,
  },
  stops: {
    what: 'stops at its length',
    mode: { kind: 'answer', text: TEXT, finish: 'length' },
    ends: 'cutOff',
    says: /twelve\.\s*\n+\[.+\]$/,
    requests: 1,
  },
};
const NAMES = Object.keys(CASES);
const MANNERS = ['openai', 'ollama'] as const;

/** Some of it was told. */
const isWritten = ({ state }: Answer): boolean => state.kind === 'writing' && state.text !== '';

type Manner = (typeof MANNERS)[number];

interface Setting {
  house: AskingHouse;
  ann: Guest;
  ben: Guest;
  room: RoomNumber;
}

interface Result {
  question: Sequence;
  end: Answer;
  said: Message | undefined;
}

async function open(manner: Manner): Promise<Setting> {
  const house = await openAskingHouse({
    manner,
    others: NAMES,
    people: { ann: 'udp', ben: 'websocket' },
    flags: [
      ...['--ai-timeout', '6s', '--ai-parallel', '32', '--ai-limit-total', 'off'],
      ...['--ai-limit-room', 'off', '--ai-limit-account', `${BUDGET}:100M`],
    ],
  });
  const [ann, ben] = [house.guest('ann'), house.guest('ben')];
  const { number: room } = await ann.client.createRoom('questions');
  await ben.client.joinRoom(room);
  for (const name of NAMES) await ann.client.addMember(room, name);
  const modes = new Map(NAMES.map((name) => [name, [CASES[name]?.mode ?? []].flat() as ModelMode[]]));
  house.models.always(({ body }) => {
    const left = modes.get(typeof body === 'string' ? '' : String(body.model)) ?? [];
    return (left.length > 1 ? left.shift() : left[0]) ?? { kind: 'answer' };
  });
  return { house, ann, ben, room };
}

async function ask({ ann, room }: Setting, name: string): Promise<Result> {
  const { sequence: question } = await ann.client.assistants.ask(room, `${name}?`, { assistant: name });
  const { answer: end } = await ann.hears(
    'answer',
    ({ answer }) => answer.question === question && !['waiting', 'writing'].includes(answer.state.kind),
  );
  if (end.state.kind === 'failed') return { question, end, said: undefined };
  const { message } = await ann.hears('message', (event) => event.message.replyTo === question);
  return { question, end, said: message };
}

const settings = new Map<Manner, Setting>();
/** All are asked at once, of both servers: most of this is waiting. */
const results = new Map<Manner, readonly PromiseSettledResult<readonly [string, Result]>[]>();

beforeAll(async () => {
  await Promise.all(MANNERS.map(async (manner) => settings.set(manner, await open(manner))));
  await Promise.all(
    [...settings].map(async ([manner, setting]) => {
      const asked = NAMES.map(async (name) => [name, await ask(setting, name)] as const);
      results.set(manner, await Promise.allSettled(asked));
    }),
  );
}, TIMEOUT_MS);
afterAll(() => Promise.all([...settings.values()].map(({ house }) => house.close())));

for (const manner of MANNERS)
  describe(`a model server in the manner of ${manner}`, () => {
    let setting: Setting;
    let house: AskingHouse;
    let ann: Guest;
    let ben: Guest;
    let room: RoomNumber;

    beforeAll(() => {
      setting = settings.get(manner) as Setting;
      ({ house, ann, ben, room } = setting);
    });

    test(
      'I1 I2 I3: each of them ends as it should, is counted once, and holds up no other [ASK-4] [REPLY-3] [PROVIDER-4] [PROVIDER-5] [BUDGET-1]',
      async () => {
        const settled = results.get(manner) ?? [];
        expect(settled).toHaveLength(NAMES.length);
        for (const one of settled) {
          if (one.status === 'rejected') throw one.reason;
          const [name, { question, end, said }] = one.value;
          const expected = CASES[name];
          const seen = {
            what: expected?.what,
            ends: end.state.kind,
            requests: house.models.requests.filter(
              ({ body }) => typeof body !== 'string' && body.model === name,
            ).length,
            says: said === undefined ? 'nothing' : expected?.says?.test(said.text ?? '') || said.text,
          };
          expect(seen).toEqual({
            what: expected?.what,
            ends: expected?.ends as End,
            requests: expected?.requests ?? 0,
            says: expected?.says === undefined ? 'nothing' : true,
          });
          if (end.state.kind === 'failed') expect(end.state.error.code).toBe(ErrorCode.ASSISTANT_UNAVAILABLE);
          expect(Buffer.byteLength(said?.text ?? '')).toBeLessThanOrEqual(MESSAGE_MAX_BYTES);
          const answers = (await ann.client.messages(room, { limit: 200 })).messages;
          expect(answers.filter(({ replyTo }) => replyTo === question)).toHaveLength(said ? 1 : 0);
        }
        // What failed is the asker's to know.
        expect(
          ben.heard.some((event) => event.kind === 'answer' && event.answer.state.kind === 'failed'),
        ).toBe(false);
        const { requestsLeft } = await ann.client.assistants.list();
        expect(requestsLeft).toBe(BUDGET - NAMES.length);
        await house.models.drained();
      },
      TIMEOUT_MS,
    );

    test(
      'I2: who looks sees an answer grow, and what it comes to is what was said [REPLY-5]',
      async () => {
        await ben.client.assistants.watch([room]);
        house.models.always({ kind: 'answer', text: TEXT, pauseMs: 150 });
        const { said, question } = await ask(setting, 'streams');
        await ben.hears('message', ({ message }) => message.replyTo === question);
        for (const guest of [ann, ben]) {
          const texts = guest.heard.flatMap((event) =>
            event.kind === 'answer' &&
            event.answer.question === question &&
            event.answer.state.kind === 'writing'
              ? [event.answer.state.text]
              : [],
          );
          expect(texts.length).toBeGreaterThan(2);
          for (const text of texts) expect(said?.text?.startsWith(text.trimEnd())).toBe(true);
        }
      },
      TIMEOUT_MS,
    );

    test(
      'I2: the asker stops an answer: what was written is said, the model is asked no further [REPLY-4]',
      async () => {
        house.models.always({ kind: 'answer', text: 'word '.repeat(500), pauseMs: 50 });
        const { sequence } = await ann.client.assistants.ask(room, 'Tell me all of it.', {
          assistant: 'streams',
        });
        const { answer } = await ann.hears(
          'answer',
          (event) => event.answer.question === sequence && isWritten(event.answer),
        );
        await ann.client.assistants.stop(answer.id);
        const { message } = await ann.hears('message', (event) => event.message.replyTo === sequence);
        expect(message.text).toMatch(/^word\b[\s\S]*\n\[.*stop.*\]$/);
        await house.models.drained();
      },
      TIMEOUT_MS,
    );

    test(
      'I2: nobody else stops it but a moderator of the room [REPLY-4]',
      async () => {
        const refusals = await Promise.all(
          [ann, ben].map(async (asker) => {
            const { sequence } = await asker.client.assistants.ask(room, 'And again.', {
              assistant: 'streams',
            });
            const { answer } = await ben.hears(
              'answer',
              (event) => event.answer.question === sequence && isWritten(event.answer),
            );
            const other = asker === ann ? ben : ann;
            const refusal = await other.client.assistants.stop(answer.id).catch((error) => error.code);
            if (refusal !== undefined) await asker.client.assistants.stop(answer.id);
            await ann.hears('message', (event) => event.message.replyTo === sequence);
            return refusal;
          }),
        );
        expect(refusals).toEqual([ErrorCode.NOT_FOUND, undefined]);
        await house.models.drained();
      },
      TIMEOUT_MS,
    );
  });
