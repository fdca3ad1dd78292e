import { describe, expect, test } from 'bun:test';
import { type ClientEvent, ErrorCode, SottoError } from '@sotto/client';
import { done, event, having, scene } from '../../testing/assistant-scene.ts';
import { type FakeAssistants, privately } from '../../testing/fake-assistants.ts';
import { BOB, LOBBY_ROOM, message, ROOM, sequence, WITH_BOB } from '../../testing/fake-client.ts';
import { run, slowly } from '../../testing/run.ts';

const SECRET = 'nobody else reads this';

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

  test('I2 C3: a search that finds nothing is no failure, whenever that is known', async () => {
    const nothing = new SottoError(ErrorCode.MESSAGE_GONE);
    const text = expect.stringMatching(
      /^\* Nothing was found in the rooms that you and the assistant are in\. /,
    );
    const later = await asking(
      '/ai search the keys',
      privately({ kind: 'failed', error: nothing }, { room: undefined }),
    );
    expect([later.shown, later.complained, later.end.failures]).toEqual([[text], [], 0]);
    const client = having();
    client.ai.refusal = nothing;
    const atOnce = await scene(['/ai search the keys'], { client });
    expect([atOnce.shown, atOnce.complained, atOnce.end.failures]).toEqual([[text], [], 0]);
  });

  test('I1 I2 C3: each can be asked of another assistant', async () => {
    const { asked, complained } = await scene([
      '/ai @helper summary #room',
      '/ai @helper catch-up #room/12',
      '/ai @9 translate #room/12 French',
      '/ai @helper search who has the keys?',
      '/ai @bob search who has the keys?',
    ]);
    expect(asked).toEqual([
      expect.stringMatching(/^summarize 3 .* by 9$/),
      expect.stringMatching(/^summarize 3 12 .*by 9$/),
      'translate 3 12 French by 9',
      'searchAll who has the keys? by 9',
    ]);
    expect(complained).toEqual([expect.stringContaining('bob is no assistant')]);
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
    expect(complained).toEqual([expect.stringMatching(/^! line 2: .*used up.* Ask again after 1 h, or /)]);
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
