import { describe, expect, test } from 'bun:test';
import { type ClientEvent, ErrorCode, SottoError } from '@sotto/client';
import {
  ASSISTANT,
  answer,
  type FakeAssistants,
  HELPER,
  info,
  privately,
} from '../testing/fake-assistants.ts';
import { BOB, FakeClient, LOBBY_ROOM, message, ROOM, sequence, WITH_BOB } from '../testing/fake-client.ts';
import type { FakeIo } from '../testing/fake-io.ts';
import { type RunOptions, run, slowly } from '../testing/run.ts';

const SECRET = 'nobody else reads this';

function having(...events: readonly ClientEvent[]): FakeClient {
  const client = new FakeClient();
  client.people.push(ASSISTANT, HELPER);
  client.ai.assistants = [info(ASSISTANT), info(HELPER)];
  client.push(...events);
  return client;
}

/** What is shown after the start. */
async function scene(
  lines: readonly string[],
  { client = having(), ...options }: Omit<RunOptions, 'client'> & { client?: FakeClient } = {},
) {
  const { io, end } = await run(slowly('', ...lines, ''), { client, ...options });
  const asked = client.calls.filter((call) => !/^(markRead|flushed|typing)/.test(call));
  const shown = io.printed.slice(options.interactive === true ? 3 : 2);
  return { shown, asked, complained: io.complained, io, end, client };
}

const event = (
  of: Parameters<typeof answer>[0],
  changes: Parameters<typeof answer>[1] = {},
): ClientEvent => ({
  kind: 'answer',
  answer: answer(of, changes),
});
const done = (text: string) => privately({ kind: 'done', sequence: undefined, text });
const reply = (at = 6): ClientEvent => ({
  kind: 'message',
  message: { ...message(ROOM, ASSISTANT, 'Tomatoes are fruit.', at), replyTo: sequence(5) },
});

describe('asking by a message (I2, C3)', () => {
  test('I2 C3: where one is, in the room that is named, and whoever is named', async () => {
    const { asked, complained } = await scene(
      [
        '#room: hello',
        '/ai are tomatoes fruit?',
        '/ai #lobby are they?',
        '/ai @helper and you?',
        '/ai #lobby @helper both?',
        '/ai ask summary of what?',
      ],
      { interactive: true },
    );
    expect(complained).toEqual([]);
    expect(asked).toEqual([
      'send room hello',
      'send 3 @assistant are tomatoes fruit?',
      'send 1 @assistant are they?',
      'send 3 @helper and you?',
      'send 1 @helper both?',
      'send 3 @assistant summary of what?',
    ]);
  });

  test('I2 C3: where one is nowhere yet, between the two, and what is typed next goes there as well', async () => {
    const client = having();
    const { asked, io } = await scene(['/ai hello', 'and then?'], { client, interactive: true });
    expect(asked).toEqual(['sendDirect assistant hello', 'sendDirect assistant and then?']);
    expect(io.prompt).toBe('@assistant> ');
  });

  test('I2 C3: in a conversation of two others no assistant is asked, and nothing is said there', async () => {
    const { asked, complained } = await scene([
      'bob: hello',
      '/ai @bob what?',
      '/ai what?',
      '/ai @nobody what?',
    ]);
    expect(asked).toEqual(['sendDirect bob hello']);
    expect(complained).toEqual([
      '! line 3: bob is no assistant; /ai lists them. A question that begins so is asked by /ai ask',
      '! line 4: no assistant is in your direct messages with @bob; ask in a room, or write to @assistant itself',
      '! line 5: nobody is no assistant; /ai lists them. A question that begins so is asked by /ai ask',
    ]);
  });

  test('I1 C3: where a server has none, that is said, and how it is switched on to those who can', async () => {
    const client = having();
    client.ai.assistants = [];
    const { shown, complained, asked } = await scene(['#room: hello', '/ai', '/ai what?'], { client });
    expect(shown.filter((line) => line.includes('SOTTO_AI_PROVIDER'))).toHaveLength(1);
    expect(shown.find((line) => line.includes('SOTTO_AI_MODEL'))).toBeDefined();
    expect(complained[0]).toContain('no such assistant on this server');
    expect(asked).toEqual(['send room hello']);
    client.me = { ...BOB };
    const others = await scene(['/ai'], { client });
    expect(others.shown).toEqual(['* This server has no assistant. Whoever runs it can switch one on.']);
  });

  test('I2 I3 C3: /ai shows who they are, what they do, and what is left of the day', async () => {
    const client = having();
    client.ai.assistants = [
      info(ASSISTANT, { writing: 1, waiting: 2 }),
      info(HELPER, { state: 'unreachable' }),
    ];
    const { shown } = await scene(['/ai'], { client });
    expect(shown.slice(0, 3)).toEqual([
      '@assistant  ready                                           1 answer being written, 2 waiting',
      '@helper     its service fails; it is tried again by itself',
      expect.stringMatching(/^\* Left for you until 19\d\d-.*: 97 questions, 195,000 tokens\.$/),
    ]);
    client.ai.left = { requests: undefined, tokens: undefined };
    expect((await scene(['/ai'], { client })).shown.join()).not.toContain('Left');
  });

  test('I3 C3: administrators see models and costs', async () => {
    const client = having();
    client.ai.assistants = [info(ASSISTANT, { model: 'llama3.2', requestsToday: 1, tokensToday: 12_345 })];
    const { shown } = await scene(['/admin assistants'], { client });
    expect(shown).toEqual(['@assistant  ready  llama3.2  1 question today  12,345 tokens']);
  });
});

/** Longer than between two drawings of what is on its way. */
const DRAWN_MS = 250;

describe('an answer on its way (I2, C3)', () => {
  const writing = (text: string, changes = {}) => event({ kind: 'writing', text }, changes);

  /** Each event, once what came before it was drawn. */
  async function watching(events: readonly ClientEvent[], client = having()) {
    let seat: FakeIo | undefined;
    let drawn: readonly string[] = [];
    async function* lines() {
      yield* slowly('#room: hello', '');
      for (const one of events) {
        client.push(one);
        await Bun.sleep(DRAWN_MS);
      }
      // Leaving takes off what is there.
      drawn = [...(seat?.drawn ?? [])];
    }
    const onIo = (one: FakeIo) => {
      seat = one;
    };
    const { io } = await run(lines(), { client, interactive: true, onIo });
    return { drawn, shown: io.printed.slice(4), client };
  }

  test('I2 C3: a row above the prompt tells of it until its message is there', async () => {
    const { drawn, shown, client } = await watching([
      event({ kind: 'waiting', place: 3 }),
      writing(''),
      writing('Tomatoes'),
      reply(),
      event({ kind: 'done', sequence: sequence(6), text: undefined }),
    ]);
    expect(drawn).toEqual([
      'assistant: waiting, 3rd in line (/ai stop)',
      'assistant is thinking (/ai stop)',
      'assistant is writing: Tomatoes (/ai stop)',
      '',
    ]);
    expect(shown).toEqual(['  > #room/5, said before', '[#room] assistant: Tomatoes are fruit.']);
    expect(client.ai.watching).toEqual([ROOM.number]);
  });

  test('I2 C3: the message ends it, also where the end is lost', async () => {
    const { drawn } = await watching([writing('Tomatoes'), reply()]);
    expect(drawn.at(-1)).toBe('');
  });

  test('I2 C3: of others only in the room one is in, without how to stop what one may not', async () => {
    const client = having();
    client.can = () => false;
    const { drawn } = await watching(
      [
        writing('Elsewhere', { asker: BOB, room: LOBBY_ROOM, id: 3 }),
        writing('Here', { asker: BOB, id: 4 }),
        writing('Mine', { room: LOBBY_ROOM, id: 5 }),
      ],
      client,
    );
    expect(drawn).toEqual([
      'assistant for bob is writing: Here',
      'assistant for bob is writing: Here\nassistant in #lobby is writing: Mine (/ai stop 5)',
    ]);
  });

  test('I2 C3: the last words of a long text, whatever they are made of', async () => {
    const { drawn } = await watching([writing(`${'long '.repeat(4_000)}\u001b[2J\nand *so* on 👩‍👩‍👧`)]);
    expect(drawn).toHaveLength(1);
    expect(drawn[0]).toContain('␛[2J and *so* on 👩‍👩‍👧 (/ai stop)');
    expect(Bun.stringWidth(drawn[0] ?? '')).toBeLessThan(80);
  });

  test('I2 C3: what is being answered where one goes is shown at once', async () => {
    const client = having();
    client.ai.watched = [answer({ kind: 'writing', text: 'Long ago' }, { asker: BOB })];
    const { drawn } = await watching([], client);
    expect(drawn).toEqual(['assistant for bob is writing: Long ago (/ai stop)']);
  });

  test('I3 C3: why there is no answer is one line, to whoever asked alone', async () => {
    const failed = { kind: 'failed', error: new SottoError(ErrorCode.ASSISTANT_UNAVAILABLE) } as const;
    const client = having(event(failed), event(failed, { asker: BOB, id: 18 }));
    const { complained, end } = await scene([], { client });
    expect(complained).toEqual([
      '! assistant: no answer (#room/5). The assistant could not answer: the service behind it failed. ' +
        "Ask again later; if it stays, the server's operator finds the reason in its log.",
    ]);
    expect(end.failures).toBe(1);
  });

  test('I2 C3: /ai stop ends the latest, or the one with that number', async () => {
    const client = having(
      writing('One', { id: 4 }),
      writing('Two', { id: 7 }),
      writing('Of another', { asker: BOB, id: 9 }),
    );
    const { asked, complained } = await scene(['/ai stop', '/ai stop 4'], { client });
    expect([asked, complained]).toEqual([['stop 7', 'stop 4'], []]);
    const none = await scene(['/ai stop']);
    expect(none.complained).toEqual(['! line 2: no answer is on its way here']);
  });

  test('I2 C3: one that was stopped before it had a word says so', async () => {
    const { shown } = await scene([], {
      client: having(event({ kind: 'stopped', sequence: undefined, text: undefined })),
    });
    expect(shown).toEqual(['* assistant was stopped before it had an answer to #room/5.']);
  });

  test('I2 C3: in a pipe the end of input waits for the answer, and prints it', async () => {
    const client = having();
    async function* lines() {
      yield '#room: hello';
      yield '/ai what?';
      setTimeout(() => {
        const asked = client.lastSequence;
        const said = { ...message(ROOM, ASSISTANT, 'So.', asked + 1), replyTo: sequence(asked) };
        client.push({ kind: 'message', message: said });
      }, DRAWN_MS);
    }
    const { io } = await run(lines(), { client });
    expect(io.printed.at(-1)).toBe('[#room] assistant: So.');
  });
});

describe('what only this account is told (I2, C3)', () => {
  async function asking(line: string, ...coming: FakeAssistants['coming']) {
    const client = having();
    client.rooms = client.rooms.map((room) =>
      room === ROOM ? { ...ROOM, read: sequence(4), head: sequence(9) } : room,
    );
    client.ai.coming = coming;
    return scene([line], { client });
  }

  test('I2 C3: is printed whole, once it is there, marked as what it is', async () => {
    const { shown, complained, asked } = await asking(
      '/ai catch-up #room/12',
      privately({ kind: 'waiting', place: 1 }),
      privately({ kind: 'writing', text: 'bob' }),
      done('bob is late,\n\u001b[2Jas in #room/9.'),
    );
    expect(complained).toEqual([]);
    expect(asked).toEqual(['summarize 3 12']);
    expect(shown).toEqual(['[#room] assistant, only you see this: bob is late,', '    ␛[2Jas in #room/9.']);
  });

  test('I2 C3: events that tell of it as well print nothing twice', async () => {
    const client = having({ kind: 'answer', answer: done(SECRET) });
    expect((await scene([], { client })).shown).toEqual([]);
  });

  test('I2 UNREAD-1 C3: a summary is of what was unread when this began, though all was shown since, and then of what is new', async () => {
    const client = having(
      ...[5, 6].map((at): ClientEvent => ({ kind: 'message', message: message(ROOM, BOB, 'hm', at) })),
    );
    client.rooms = [LOBBY_ROOM, { ...ROOM, read: sequence(4), head: sequence(6) }, WITH_BOB];
    async function* lines() {
      yield* slowly('', '');
      client.rooms = [LOBBY_ROOM, { ...ROOM, read: sequence(6), head: sequence(6) }, WITH_BOB];
      client.ai.coming = [new SottoError(ErrorCode.ASSISTANT_UNAVAILABLE)];
      yield* slowly('/ai summary #room');
      client.ai.coming = [done('bob hums')];
      yield* slowly('/ai summary #room', '/ai summary #room', '/ai summary');
    }
    const { io } = await run(lines(), { client });
    expect(client.calls.filter((call) => call.startsWith('summarize'))).toEqual([
      'summarize 3 4',
      'summarize 3 4',
      'summarize 3 6',
    ]);
    expect(io.complained[0]).toStartWith('! line 3: assistant: no answer. The assistant could not answer');
    expect(io.complained[1]).toContain('in which room?');
  });

  test('I2 C3: of a room that was never read it is of everything', async () => {
    const { asked } = await scene(['/ai summary #lobby']);
    expect(asked).toEqual(['summarize 1 1970-01-01T00:00:00.001Z']);
  });

  test('I2 C3: nothing to sum up is no failure', async () => {
    const nothing = new SottoError(ErrorCode.MESSAGE_GONE);
    const text = '* There is nothing new in #room. /ai catch-up #room 1d goes further back.';
    const later = await asking('/ai summary #room', nothing);
    expect([later.shown, later.complained, later.end.failures]).toEqual([[text], [], 0]);
    const client = having();
    client.ai.refusal = nothing;
    const atOnce = await scene(['/ai catch-up #room 2h'], { client });
    expect([atOnce.shown, atOnce.complained, atOnce.end.failures]).toEqual([[text], [], 0]);
  });

  test('I2 C3: a translation is into the language of whoever asks, or the one named', async () => {
    const { asked } = await scene(['/ai translate #room/12', '/ai translate #room/12 to Old Norse']);
    expect(asked).toEqual(['translate 3 12 English', 'translate 3 12 Old Norse']);
  });

  test('I2 C3: a search names no room', async () => {
    const { asked, shown } = await asking('/ai search who has the keys?', {
      ...done('bob: #room/12'),
      room: undefined,
    });
    expect(asked).toEqual(['searchAll who has the keys?']);
    expect(shown).toEqual(['assistant, only you see this: bob: #room/12']);
  });

  test('I3 C3: what is refused, and what breaks off, is one line with the number of the command', async () => {
    const client = having();
    client.ai.refusal = new SottoError(ErrorCode.ASSISTANT_BUDGET, '', 3_600_000);
    const { complained, end } = await scene(['/ai search what?'], { client });
    expect(complained).toEqual([expect.stringMatching(/^! line 2: .*used up.* Try again in 1 h\.$/)]);
    expect(end.failures).toBe(1);
    const broken = await asking('/ai search what?', new Error('gone'));
    expect(broken.complained).toEqual([expect.stringMatching(/^! line 2: assistant: no answer\. /)]);
  });
});

describe('for programs (I2, C3)', () => {
  const parsed = (lines: readonly string[]) => lines.map((line) => JSON.parse(line));

  test('I2 C3: each state of what this account asked, and nothing of what others did', async () => {
    const client = having(
      event({ kind: 'waiting', place: 2 }),
      event({ kind: 'writing', text: 'So' }),
      event({ kind: 'writing', text: SECRET }, { asker: BOB, id: 18 }),
      event({ kind: 'done', sequence: sequence(6), text: undefined }),
    );
    client.ai.coming = [privately({ kind: 'writing', text: 'bob' }), done('bob hums')];
    const { io } = await run(slowly('', '/ai translate #room/5 French', ''), { client, json: true });
    const answers = parsed(io.printed).filter(({ type }) => type === 'answer');
    const told = answers.map(({ line, id, state, place, text, sequence: at }) => ({
      line,
      id,
      state,
      place,
      text,
      at,
    }));
    expect(told).toEqual(
      [
        { id: 17, state: 'waiting', place: 2 },
        { id: 17, state: 'writing', text: 'So' },
        { id: 17, state: 'done', at: 6 },
        { line: 2, id: 17, state: 'writing', text: 'bob' },
        { line: 2, id: 17, state: 'done', text: 'bob hums' },
      ].map((one) => ({ line: undefined, place: undefined, text: undefined, at: undefined, ...one })),
    );
    expect(io.printed.join()).not.toContain(SECRET);
  });

  test('I3 C3: a failure is told once, as the end of the answer', async () => {
    const client = having();
    client.ai.coming = [new SottoError(ErrorCode.ASSISTANT_BUSY)];
    const { io, end } = await run(slowly('/ai search what?', ''), { client, json: true });
    const told = parsed(io.printed).filter(({ type }) => type === 'answer' || type === 'error');
    expect(told).toEqual([expect.objectContaining({ type: 'answer', line: 1, state: 'failed' })]);
    expect(told[0].error.code).toBe('ASSISTANT_BUSY');
    expect(end.failures).toBe(1);
  });
});

describe('what a room lets assistants do (I2, C3)', () => {
  test('I2 C3: is shown and changed', async () => {
    const { asked, shown } = await scene([
      '/set #room assistants no-history',
      '/set #room assistants off',
      '/set #room instructions Answer in French',
      '/set #room instructions -',
      '/room #room',
    ]);
    expect(asked).toEqual([
      'changeRoom room {"assistants":"noHistory"}',
      'changeRoom room {"assistants":"forbidden"}',
      'changeRoom room {"assistantInstructions":"Answer in French"}',
      'changeRoom room {"assistantInstructions":""}',
    ]);
    expect(shown).toContain('assistants  answer knowing what was said');
  });

  test('I2 C3: changes are told in words', async () => {
    const changed = (changes: object): ClientEvent => ({
      kind: 'roomChanged',
      changes,
      room: ROOM,
      sequence: sequence(9),
      by: BOB,
      at: new Date(0),
    });
    const client = having(
      changed({ assistants: 'noHistory' }),
      changed({ assistants: 'forbidden', assistantInstructions: 'Be\n short' }),
      changed({ assistantInstructions: '' }),
    );
    expect((await scene([], { client })).shown).toEqual([
      '* bob changed #room: assistants answer knowing the question alone',
      '* bob changed #room: assistants do not answer, assistants are told: Be short',
      '* bob changed #room: assistants are told nothing',
    ]);
  });

  test('I1 C3: lists of people and members say who is an assistant', async () => {
    const { shown } = await scene(['/who', '/members #room', '/profile assistant']);
    expect(shown.filter((line) => /^8 .*, assistant {2}/.test(line))).toHaveLength(2);
    expect(shown.filter((line) => /alice|bob|cam/.test(line) && line.includes('assistant'))).toEqual([]);
  });
});
