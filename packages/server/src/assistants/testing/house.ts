/** Two rooms, three people and an assistant; what it was told is read from what its provider was asked. */
import { create } from '@bufbuild/protobuf';
import type { RoomNumber } from '@sotto/model';
import type { FrameFields } from '@sotto/protocol';
import { DoneSchema, ErrorCode } from '@sotto/schema';
import { encodeContent } from '../../events/content.ts';
import { Asking, named, numbered } from '../../testing/asking.ts';
import { Carrying } from '../../testing/carrying.ts';
import type { ScriptedRequest } from '../../testing/scripted-provider.ts';
import { createWorld, type LoggedIn, refusal, type World } from '../../testing/world.ts';
import type { AssistantSettings } from '../settings.ts';

type Task = NonNullable<FrameFields<'askAssistant'>['task']>;
type Line = Record<string, unknown> & { text?: string; message?: string };

export interface PromptRead {
  system: string;
  user: string;
  messages: Line[];
  /** Texts of the messages. */
  texts: string[];
  file: Line[];
  question: Line;
}

/** Throws where the parts are not each there once. */
function readPrompt({ system, user }: Pick<ScriptedRequest, 'system' | 'user'>): PromptRead {
  const parts =
    /^<messages>\n([^<>]*)<\/messages>\n<file>\n([^<>]*)<\/file>\n<question>\n([^<>]*)\n<\/question>$/.exec(
      user,
    );
  if (parts === null) throw new Error(`no prompt: ${user}`);
  const [messages = [], file = [], question = []] = parts.slice(1).map((part) =>
    part
      .split('\n')
      .filter((line) => line !== '')
      .map((line): Line => JSON.parse(line)),
  );
  const texts = messages.flatMap(({ text }) => text ?? []);
  return { system, user, messages, texts, file, question: question[0] ?? {} };
}

export interface House {
  world: World;
  asking: Asking;
  carrying: Carrying;
  alice: LoggedIn;
  bob: LoggedIn;
  cleo: LoggedIn;
  /** Private, with alice and bob and the assistant. */
  garden: RoomNumber;
  /** Private, with alice and cleo and the assistant. */
  board: RoomNumber;
  bring(by: LoggedIn, room: RoomNumber): Promise<unknown>;
  say(
    who: LoggedIn,
    room: RoomNumber,
    text: string,
    of?: { thread?: number; relatesTo?: number },
  ): Promise<number>;
  edit(who: LoggedIn, room: RoomNumber, sequence: number, text: string): Promise<unknown>;
  remove(who: LoggedIn, room: RoomNumber, sequence: number): Promise<unknown>;
  set(by: LoggedIn, room: RoomNumber, settings: FrameFields<'changeRoom'>['settings']): Promise<unknown>;
  kick(by: LoggedIn, room: RoomNumber, name: string): Promise<unknown>;
  block(by: LoggedIn, user: number): Promise<unknown>;
  /** What the assistant is told, or the name of the error that its asker is. */
  question(
    who: LoggedIn,
    room: RoomNumber,
    text: string,
    of?: { thread?: number; relatesTo?: number },
  ): Promise<PromptRead>;
  refusedQuestion(who: LoggedIn, room: RoomNumber, text?: string): Promise<string | undefined>;
  privately(who: LoggedIn, task: Task): Promise<PromptRead>;
  refusedPrivately(who: LoggedIn, task: Task): Promise<string | undefined>;
  close(): Promise<void>;
}

export async function openHouse(settings: Partial<AssistantSettings> = {}): Promise<House> {
  const world = await createWorld({ assistants: settings });
  const asking = new Asking(world);
  // The server's owner, who takes no part.
  await world.user('owner');
  const [alice, bob, cleo] = [await world.user('alice'), await world.user('bob'), await world.user('cleo')];
  const bring: House['bring'] = (by, room) =>
    asking.ask(by, 'addMember', { room: numbered(room), user: named('assistant') });
  const roomWith = async (name: string, member: LoggedIn) => {
    const room = await asking.room(alice, name, 'private');
    await asking.enter(alice, member, room);
    await bring(alice, room);
    return room;
  };
  const [garden, board] = [await roomWith('garden', bob), await roomWith('board', cleo)];
  return {
    world,
    asking,
    carrying: new Carrying(world),
    alice,
    bob,
    cleo,
    garden,
    board,
    bring,
    ...acts(world, asking),
    ...asks(world, asking),
  };
}

function acts(world: World, asking: Asking) {
  const change = (
    who: LoggedIn,
    room: number,
    sequence: number,
    what: FrameFields<'changeMessage'>['change'],
  ) =>
    asking.ask(who, 'changeMessage', {
      ...{ room, sequence, clientMessageId: world.random.bytes(16) },
      ...(what && { change: what }),
    });
  return {
    say: (async (who, room, text, of = {}) => {
      const content = encodeContent({ case: 'plain', value: text });
      const fields = { room, clientMessageId: world.random.bytes(16), content, ...of };
      return (await asking.ask(who, 'sendMessage', fields)).sequence;
    }) satisfies House['say'],
    edit: (who: LoggedIn, room: RoomNumber, sequence: number, text: string) =>
      change(who, room, sequence, { case: 'edit', value: encodeContent({ case: 'plain', value: text }) }),
    remove: (who: LoggedIn, room: RoomNumber, sequence: number) =>
      change(who, room, sequence, { case: 'delete', value: create(DoneSchema) }),
    set: (by: LoggedIn, room: RoomNumber, settings: FrameFields<'changeRoom'>['settings']) =>
      asking.ask(by, 'changeRoom', { room: numbered(room), ...(settings && { settings }) }),
    kick: (by: LoggedIn, room: RoomNumber, name: string) =>
      asking.ask(by, 'changeMember', {
        room: numbered(room),
        user: named(name),
        change: { case: 'kick', value: {} },
      }),
    block: (by: LoggedIn, user: number) =>
      asking.ask(by, 'setSetting', {
        setting: { setting: { case: 'block', value: { user, blocked: true } } },
      }),
    close: () => world.close(),
  };
}

function asks(world: World, asking: Asking) {
  const { say } = acts(world, asking);
  /** Of the last of those that `task` made. */
  const told = async (task: () => Promise<unknown>): Promise<PromptRead> => {
    const before = world.provider.requests.length;
    await task();
    await world.clock.advance(1_000);
    const request = world.provider.requests.at(-1);
    if (request === undefined || world.provider.requests.length === before)
      throw new Error('nothing was asked');
    return readPrompt(request);
  };
  const nothingTold = async (task: () => Promise<string | undefined>) => {
    const before = world.provider.requests.length;
    const refused = await task();
    if (world.provider.requests.length > before) throw new Error('something was asked');
    return refused;
  };
  const askPrivately = (who: LoggedIn, task: Task) => asking.ask(who, 'askAssistant', { task });
  return {
    question: ((who, room, text, of) => told(() => say(who, room, text, of))) satisfies House['question'],
    refusedQuestion: (who: LoggedIn, room: RoomNumber, text = '@assistant what now?') =>
      nothingTold(async () => {
        const before = who.peer.pushed('answerUpdate').length;
        await say(who, room, text);
        await world.clock.advance(1_000);
        const states = who.peer
          .pushed('answerUpdate')
          .slice(before)
          .map(({ answer }) => answer?.state);
        const error = states.flatMap((state) =>
          state?.case === 'ended' ? (state.value.error ?? []) : [],
        )[0];
        return error && ErrorCode[error.code];
      }),
    privately: (who: LoggedIn, task: Task) => told(() => askPrivately(who, task)),
    refusedPrivately: (who: LoggedIn, task: Task) =>
      nothingTold(async () => {
        const code = await refusal(askPrivately(who, task));
        return code === undefined ? undefined : ErrorCode[code];
      }),
  };
}
