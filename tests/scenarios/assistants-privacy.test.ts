/**
 * What one may not see never reaches a prompt: two rooms and more, three people, every command, read from what a real model
 * server was told (I2, I3).
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import { SottoError } from '@sotto/client/node';
import type { RoomNumber, Sequence } from '@sotto/model';
import { ErrorCode } from '@sotto/schema';
import { type AskingHouse, askIn, openAskingHouse } from './support/assistants.ts';
import type { Guest } from './support/house.ts';

const TIMEOUT_MS = 60_000;
/** In every message, so that any search finds all of them. */
const COMMON = 'marrow';

let house: AskingHouse;
let ann: Guest;
let ben: Guest;
let cam: Guest;
let garden: RoomNumber;
let attic: RoomNumber;
let vault: RoomNumber;
let made = 0;

beforeAll(async () => {
  house = await openAskingHouse({
    manner: 'openai',
    people: { ann: 'udp', ben: 'tls', cam: 'websocket' },
    flags: ['--ai-limit-account', 'off', '--ai-limit-room', 'off', '--ai-limit-total', 'off'],
  });
  ann = house.guest('ann');
  ben = house.guest('ben');
  cam = house.guest('cam');
  garden = await roomOf('garden', [ben], true);
  attic = await roomOf('attic', [cam], true);
  vault = await roomOf('vault', [ben, cam], false);
}, TIMEOUT_MS);
afterAll(() => house.close());
beforeEach(() => {
  house.models.requests.length = 0;
});

/** Private, made by ann. */
async function roomOf(name: string, members: readonly Guest[], asks: boolean): Promise<RoomNumber> {
  const { number } = await ann.client.createRoom(name, { private: true });
  for (const { number: user } of members) await ann.client.addMember(number, user as never);
  if (asks) await ann.client.addMember(number, 'assistant');
  return number;
}

/** Says something that nobody says anywhere else; answers what that is, and where it went. */
async function say(
  by: Guest,
  room: RoomNumber,
  thread?: Sequence,
): Promise<{ secret: string; sequence: Sequence }> {
  const secret = `secret-${++made}-${crypto.randomUUID().slice(0, 8)}`;
  const { sequence } = await by.client.send(
    room,
    `the ${COMMON} is ${secret}`,
    thread === undefined ? {} : { thread },
  );
  return { secret, sequence };
}

/** Which of these the models were told since the test began; at least one request was made. */
function toldOf(secrets: Readonly<Record<string, string>>): string[] {
  const told = house.told();
  expect(told.length).toBeGreaterThan(0);
  return Object.keys(secrets).filter((name) => told.some((text) => text.includes(secrets[name] ?? '?')));
}

const codeOf = (task: Promise<unknown>): Promise<ErrorCode | 'nothing'> =>
  task.then(
    () => 'nothing' as const,
    (error) => (error instanceof SottoError ? error.code : Promise.reject(error)),
  );

test(
  'I2: a question is told what was said in its own room, and nothing of another [PROMPT-1]',
  async () => {
    const secrets = {
      garden: (await say(ann, garden)).secret,
      attic: (await say(ann, attic)).secret,
      vault: (await say(ann, vault)).secret,
      lobby: (await say(ann, 1 as RoomNumber)).secret,
      direct: await direct(),
    };
    await askIn(ben, garden, 'What was said about the marrow?');
    expect(toldOf(secrets)).toEqual(['garden']);
    house.models.requests.length = 0;
    await askIn(cam, attic, 'And here?');
    expect(toldOf(secrets)).toEqual(['attic']);
    house.models.requests.length = 0;
    await ann.client.sendDirect(['assistant'], 'Tell me everything that you know about any marrow.');
    await ann.hears('message', ({ message }) => message.room.peer?.name === 'assistant' && !message.mine);
    expect(toldOf(secrets)).toEqual([]);

    async function direct(): Promise<string> {
      const secret = `secret-${++made}-${crypto.randomUUID().slice(0, 8)}`;
      await ann.client.sendDirect(['ben'], `for you alone: the ${COMMON} is ${secret}`);
      return secret;
    }
  },
  TIMEOUT_MS,
);

test(
  'I2: a search is told of the rooms that both the asker and the assistant are in, and of no other [PROMPT-9]',
  async () => {
    const secrets = {
      garden: (await say(ann, garden)).secret,
      attic: (await say(ann, attic)).secret,
      vault: (await say(ann, vault)).secret,
    };
    const question = `Which ${COMMON} is it?`;
    await (await ben.client.assistants.search(question)).text();
    expect(toldOf(secrets)).toEqual(['garden']);
    house.models.requests.length = 0;
    await (await cam.client.assistants.search(question)).text();
    expect(toldOf(secrets)).toEqual(['attic']);
    house.models.requests.length = 0;
    await (await ann.client.assistants.search(question)).text();
    expect(toldOf(secrets)).toEqual(['garden', 'attic']);
  },
  TIMEOUT_MS,
);

test(
  'I2: summaries and translations of rooms that one may not read, or that the assistant is not in, are refused and told to nobody [ASK-3]',
  async () => {
    const { sequence } = await say(ann, attic);
    const inVault = await say(ann, vault);
    const { assistants } = ben.client;
    expect(await codeOf(assistants.summarize(attic, { after: 1 as Sequence }))).toBe(ErrorCode.NOT_FOUND);
    expect(await codeOf(assistants.translate(attic, sequence, 'German'))).toBe(ErrorCode.NOT_FOUND);
    expect(await codeOf(assistants.summarize(vault, { after: 1 as Sequence }))).toBe(
      ErrorCode.ASSISTANT_NOT_HERE,
    );
    expect(await codeOf(assistants.translate(vault, inVault.sequence, 'German'))).toBe(
      ErrorCode.ASSISTANT_NOT_HERE,
    );
    expect(house.told()).toEqual([]);

    const inGarden = await say(ann, garden);
    await (await assistants.translate(garden, inGarden.sequence, 'German')).text();
    expect(house.told()).toHaveLength(1);
    expect(house.told()[0]).toContain(inGarden.secret);
  },
  TIMEOUT_MS,
);

test(
  'I2: a message that was deleted is told no more, one that was edited as it is now [PROMPT-3] [PROMPT-4]',
  async () => {
    const gone = await say(ann, garden);
    const before = await say(ann, garden);
    const stays = await say(ben, garden);
    const after = `secret-${++made}-edited`;
    await ann.client.delete(garden, gone.sequence);
    await ann.client.edit(garden, before.sequence, `the ${COMMON} is ${after}`);
    const secrets = { gone: gone.secret, before: before.secret, after, stays: stays.secret };
    await askIn(ben, garden, 'What is left?');
    expect(toldOf(secrets)).toEqual(['after', 'stays']);
    house.models.requests.length = 0;
    await (await ben.client.assistants.search(`${COMMON}?`)).text();
    expect(toldOf(secrets)).toEqual(['after', 'stays']);
    house.models.requests.length = 0;
    await (await ben.client.assistants.summarize(garden, { after: 1 as Sequence })).text();
    expect(toldOf(secrets)).toEqual(['after', 'stays']);
    expect(await codeOf(ben.client.assistants.translate(garden, gone.sequence, 'French'))).toBe(
      ErrorCode.MESSAGE_GONE,
    );
  },
  TIMEOUT_MS,
);

test(
  'I2: in a thread the thread is told, and the answer is in it; nothing of another room [PROMPT-3] [REPLY-1]',
  async () => {
    const root = await say(ann, garden);
    const inThread = await say(ben, garden, root.sequence);
    const elsewhere = await say(ann, attic);
    const answer = await askIn(ben, garden, 'And in this thread?', { thread: root.sequence });
    expect(answer.thread).toBe(root.sequence);
    expect(answer.sender.assistant).toBe(true);
    const secrets = { root: root.secret, inThread: inThread.secret, elsewhere: elsewhere.secret };
    expect(toldOf(secrets)).toEqual(['root', 'inThread']);
  },
  TIMEOUT_MS,
);

test(
  'I2: whoever left a room has nothing of it told by any command, and the room goes on without [PROMPT-1]',
  async () => {
    const room = await roomOf('shed', [ben], true);
    const { secret } = await say(ann, room);
    await askIn(ben, room, 'What is in the shed?');
    expect(house.told().some((text) => text.includes(secret))).toBe(true);
    house.models.requests.length = 0;
    await ben.client.leaveRoom(room);
    const { assistants } = ben.client;
    expect(await codeOf(assistants.summarize(room, { after: 1 as Sequence }))).not.toBe('nothing');
    expect(await codeOf(assistants.translate(room, 2 as Sequence, 'German'))).not.toBe('nothing');
    await (await assistants.search(`${COMMON} in the shed?`)).text();
    await askIn(ben, garden, `and the ${COMMON} in the shed?`);
    expect(house.told().some((text) => text.includes(secret))).toBe(false);

    // Without the assistant nobody's words of the room are told any more.
    await ann.client.moderation.kick(room, 'assistant');
    house.models.requests.length = 0;
    const { sequence } = await ann.client.assistants.ask(room, 'still there?');
    const failed = await ann.hears('answer', ({ answer }) => answer.question === sequence);
    expect(failed.answer.state).toMatchObject({ kind: 'failed' });
    await (await ann.client.assistants.search(`${COMMON} in the shed?`)).text();
    expect(house.told().some((text) => text.includes(secret))).toBe(false);
  },
  TIMEOUT_MS,
);

test(
  'I2: in a room whose history begins with joining, one is told of what came since, whoever asks in which way [PROMPT-1]',
  async () => {
    const room = await roomOf('cellar', [], true);
    await ann.client.changeRoom(room, { history: 'sinceJoined' });
    const early = await say(ann, room);
    await ann.client.addMember(room, 'ben');
    const late = await say(ann, room);
    const secrets = { early: early.secret, late: late.secret };
    await askIn(ben, room, 'What is in the cellar?');
    expect(toldOf(secrets)).toEqual(['late']);
    house.models.requests.length = 0;
    await (await ben.client.assistants.search(`${COMMON}?`)).text();
    expect(toldOf(secrets)).toEqual(['late']);
    house.models.requests.length = 0;
    await (await ben.client.assistants.summarize(room, { after: 1 as Sequence })).text();
    expect(toldOf(secrets)).toEqual(['late']);
    house.models.requests.length = 0;
    await askIn(ann, room, 'What is in the cellar?');
    expect(toldOf(secrets)).toEqual(['early', 'late']);
  },
  TIMEOUT_MS,
);

test(
  'I3: a room keeps its history to itself, or forbids assistants; its moderators instruct them [ASSIST-5] [PROMPT-6]',
  async () => {
    const room = await roomOf('study', [ben], true);
    const { secret } = await say(ann, room);
    await ann.client.changeRoom(room, {
      assistants: 'noHistory',
      assistantInstructions: 'Speak like a pirate.',
    });
    await askIn(ben, room, 'What is in the study?');
    expect(house.told()[0]).toContain('Speak like a pirate.');
    expect(await codeOf(ben.client.assistants.summarize(room, { after: 1 as Sequence }))).toBe(
      ErrorCode.ASSISTANT_NOT_HERE,
    );
    await (await ben.client.assistants.search(`${COMMON} in the study?`)).text();
    await ann.client.changeRoom(room, { assistants: 'forbidden' });
    const { sequence } = await ben.client.assistants.ask(room, 'And now?');
    const { answer } = await ben.hears('answer', (event) => event.answer.question === sequence);
    expect(answer.state).toMatchObject({ kind: 'failed', error: { code: ErrorCode.ASSISTANT_NOT_HERE } });
    expect(house.told().some((text) => text.includes(secret))).toBe(false);
    expect(await codeOf(ben.client.changeRoom(room, { assistants: 'allowed' }))).toBe(
      ErrorCode.PERMISSION_DENIED,
    );
  },
  TIMEOUT_MS,
);

test(
  'I3: messages of those who are blocked, or who have blocked the assistant, are not told [PROMPT-4]',
  async () => {
    const room = await roomOf('porch', [ben, cam], true);
    const secrets = {
      ann: (await say(ann, room)).secret,
      ben: (await say(ben, room)).secret,
      cam: (await say(cam, room)).secret,
    };
    await cam.client.account.settings.block('assistant');
    await askIn(ann, room, 'What was said on the porch?');
    expect(toldOf(secrets)).toEqual(['ann', 'ben']);
    house.models.requests.length = 0;
    await ann.client.account.settings.block('ben');
    await askIn(ann, room, 'And what else?');
    expect(toldOf(secrets)).toEqual(['ann']);
    await ann.client.account.settings.unblock('ben');
    await cam.client.account.settings.unblock('assistant');
  },
  TIMEOUT_MS,
);

test(
  'I3: the server tells models nothing of itself: no key, no path, no address, no fingerprint [PROMPT-4]',
  async () => {
    await say(ann, garden);
    await askIn(ann, garden, 'What do you know about this server?');
    const told = house.told().join('\n');
    const { trust } = house.server;
    const fingerprint = trust.kind === 'pin' ? Buffer.from(trust.sha256).toString('hex') : '';
    for (const secret of [house.models.key, house.directory, fingerprint, house.models.url])
      expect(told).not.toContain(secret);
    expect(
      house.models.requests.every(({ headers }) => headers.authorization === `Bearer ${house.models.key}`),
    ).toBe(true);
  },
  TIMEOUT_MS,
);
