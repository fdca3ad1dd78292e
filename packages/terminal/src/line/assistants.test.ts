import { describe, expect, test } from 'bun:test';
import { type ClientEvent, ErrorCode, type RoomName, SottoError } from '@sotto/client';
import { event, having, reply, scene } from '../testing/assistant-scene.ts';
import { ASSISTANT, answer, HELPER, info } from '../testing/fake-assistants.ts';
import { BOB, LOBBY_ROOM, message, ROOM, sequence, WITH_BOB } from '../testing/fake-client.ts';
import type { FakeIo } from '../testing/fake-io.ts';
import { run, slowly } from '../testing/run.ts';

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
    client.me = { ...BOB };
    const others = await scene(['/admin assistants'], { client });
    expect([others.shown, others.complained.length]).toEqual([[], 1]);
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

  test('I2 C3: what is asked of it alone is not said to be in it', async () => {
    const client = having();
    const alone = { ...WITH_BOB, peer: ASSISTANT };
    const { drawn } = await watching(
      [writing('Hm', { room: alone }), writing('Hm', { room: WITH_BOB })],
      client,
    );
    expect(drawn).toEqual([
      'assistant alone with you is writing: Hm (/ai stop)',
      'assistant in @bob is writing: Hm (/ai stop)',
    ]);
  });

  test('I2 C3: the last words of a long text, whatever they are made of', async () => {
    const { drawn } = await watching([writing(`${'long '.repeat(4_000)}\u001b[2J\nand *so* on 👩‍👩‍👧`)]);
    expect(drawn).toHaveLength(1);
    expect(drawn[0]).toContain('␛[2J and *so* on 👩‍👩‍👧 (/ai stop)');
    expect(Bun.stringWidth(drawn[0] ?? '')).toBeLessThan(80);
  });

  test('I2 C3: of a room that is left nothing is shown, nor asked what one may do there', async () => {
    const client = having();
    client.can = (room: RoomName) => {
      if (client.rooms.some(({ number }) => number === room)) return true;
      throw new SottoError(ErrorCode.NOT_FOUND);
    };
    client.ai.watched = [answer({ kind: 'writing', text: 'Here' }, { asker: BOB })];
    client.rooms = [ROOM];
    async function* lines() {
      yield* slowly('#room: hello', '');
      client.rooms = [];
      client.push(writing('Here and', { asker: BOB }));
      await Bun.sleep(DRAWN_MS);
      client.push({ kind: 'roomExited', room: ROOM });
      await Bun.sleep(DRAWN_MS);
    }
    const { io } = await run(lines(), { client, interactive: true });
    expect(io.drawn).toEqual([
      'assistant for bob is writing: Here (/ai stop)',
      'assistant for bob is writing: Here and',
      '',
    ]);
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

  test('ASK-4 C3: where an assistant may not answer, what to type is said', async () => {
    const failed = { kind: 'failed', error: new SottoError(ErrorCode.ASSISTANT_NOT_HERE) } as const;
    const { complained } = await scene([], { client: having(event(failed)) });
    expect(complained).toEqual([
      '! assistant: no answer (#room/5). One of you two is not in #room, or it may not answer there. ' +
        '/add #room assistant brings it in; /room #room shows what it may.',
    ]);
  });

  test('REPLY-7 C3: of a room that was left meanwhile the asker is told, and nothing waits', async () => {
    const failed = { kind: 'failed', error: new SottoError(ErrorCode.ASSISTANT_NOT_HERE) } as const;
    const client = having();
    async function* lines() {
      yield '#room: hello';
      yield '/ai what?';
      setTimeout(() => {
        const question = sequence(client.lastSequence);
        client.push(event({ kind: 'writing', text: 'So' }, { room: undefined, question }));
        client.push(event(failed, { room: undefined, question, asker: BOB, id: 18 }));
        client.push(event(failed, { room: undefined, question }));
      }, DRAWN_MS);
    }
    const { io, end } = await run(lines(), { client });
    expect(io.complained).toEqual([
      '! assistant: no answer. You are not in the room any more where you asked.',
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
    client.ai.gone.add(99);
    const gone = await scene(['/ai stop 99'], { client });
    expect(gone.complained).toEqual(['! line 2: answer 99 is there already, or not yours to stop']);
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
