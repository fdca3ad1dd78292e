import { describe, expect, test } from 'bun:test';
import { LOBBY, type Sequence } from '@sotto/model';
import { AssistantState, ErrorCode, RoomKind } from '@sotto/schema';
import { FakeAnswers } from '../testing/fake-answers.ts';
import { ALICE, BOB, HELPER, textsIn } from '../testing/fake-server.ts';
import { createWorld, failureOf, onlineClient, within } from '../testing/harness.ts';

async function setUp() {
  const world = await createWorld();
  const { time, server } = world;
  server.addRoom(50, RoomKind.DIRECT, '', [ALICE, HELPER]);
  server.addRoom(51, RoomKind.DIRECT, '', [ALICE, BOB]);
  new FakeAnswers(server);
  const client = await onlineClient(world);
  /** What is said in the room when this is asked. */
  const said = async (room: number, question: string) => {
    await within(time, client.assistants.ask(room as typeof LOBBY, question));
    return textsIn(server.events((room * 4) as never)).at(-1);
  };
  return { time, server, client, said };
}

describe('asking assistants (I1)', () => {
  test('[ANSWERS-6] I1: the list tells who there is, what is left, and to administrators what it costs', async () => {
    const { time, server, client } = await setUp();
    const left = await within(time, client.assistants.list());
    expect(left).toMatchObject({ requestsLeft: 5, tokensLeft: undefined, renewedAt: new Date(1_000) });
    expect(left.assistants).toMatchObject([
      { person: { name: 'helper', assistant: true }, state: 'ready', waiting: 2, model: undefined },
    ]);
    const states = [AssistantState.DISABLED, AssistantState.UNREACHABLE, 9 as AssistantState];
    server.answer('listAssistants', () => ({
      assistants: [{}, ...states.map((state) => ({ user: server.user(HELPER), state, model: 'm' }))],
      tokensLeft: 7,
      renewedMs: Number.NaN,
    }));
    const { assistants, tokensLeft } = await within(time, client.assistants.list());
    expect(assistants.map(({ state }) => state)).toEqual(['disabled', 'unreachable', 'unreachable']);
    expect([assistants[0]?.model, tokensLeft]).toEqual(['m', 7]);
    await client.close();
  });

  test('[ANSWERS-6] I1: a question in a room mentions the assistant, once, and stays what it is', async () => {
    const { said, client } = await setUp();
    expect(await said(LOBBY, 'where is the key?')).toBe('@helper where is the key?');
    expect(await said(LOBBY, 'say, @Helper, where?')).toBe('say, @Helper, where?');
    expect(await said(LOBBY, '`@helper` is a name?')).toBe('@helper `@helper` is a name?');
    expect(await said(LOBBY, '```\ncode\n```')).toBe('@helper\n```\ncode\n```');
    expect(await said(50, 'where?')).toBe('where?');
    expect(await said(51, 'where?')).toBe('@helper where?');
    await client.close();
  });

  test('[ANSWERS-6] I1: it goes where a message goes, with what it answers, its thread and its id', async () => {
    const { time, server, client } = await setUp();
    const clientMessageId = 'ab'.repeat(16);
    const options = { replyTo: 3 as Sequence, thread: 2 as Sequence, clientMessageId, assistant: 'helper' };
    await within(time, client.assistants.ask('#lobby', 'why?', options));
    const sent = await within(time, client.assistants.ask('lobby', 'why?', options));
    expect(sent).toMatchObject({ room: LOBBY, sequence: 1 });
    expect(server.named('sendMessage')[0]).toMatchObject({ relatesTo: 3, thread: 2 });
    expect(server.named('listAssistants')).toEqual([]);
    await client.close();
  });

  test('[ANSWERS-6] I1: the first assistant is asked for once in ten seconds', async () => {
    const { time, server, client } = await setUp();
    for (const question of ['one', 'two']) await within(time, client.assistants.ask('lobby', question));
    expect(server.named('listAssistants')).toHaveLength(1);
    await time.pass(10_000);
    await within(time, client.assistants.ask('lobby', 'three'));
    expect(server.named('listAssistants')).toHaveLength(2);
    await client.close();
  });

  test('[ANSWERS-6] I1: where there is none, or it is a person, nothing is said', async () => {
    const { time, server, client } = await setUp();
    const asked = (assistant?: string) =>
      within(
        time,
        failureOf(client.assistants.ask('lobby', 'why?', assistant === undefined ? {} : { assistant })),
      );
    expect(await asked('bob')).toMatchObject({ code: ErrorCode.ASSISTANT_OFF, detail: 'bob' });
    server.answer('listAssistants', () => ({ assistants: [] }));
    expect(await asked()).toMatchObject({ code: ErrorCode.ASSISTANT_OFF });
    expect(server.named('sendMessage')).toEqual([]);
    await client.close();
  });

  test('[ANSWERS-6] I1: a room that this account is not in is not asked about', async () => {
    const { time, client } = await setUp();
    const { assistants } = client;
    const notFound = { code: ErrorCode.NOT_FOUND };
    expect(await within(time, failureOf(assistants.ask('nowhere', 'why?')))).toMatchObject(notFound);
    expect(await within(time, failureOf(assistants.summarize('nowhere')))).toMatchObject(notFound);
    const message = 1 as Sequence;
    expect(await within(time, failureOf(assistants.translate('nowhere', message, 'German')))).toMatchObject(
      notFound,
    );
    await client.close();
  });
});
