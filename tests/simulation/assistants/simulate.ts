/**
 * People ask assistants while they say, edit, delete, leave, are put out and block each other, while the provider fails in every way
 * and the server stops and dies: under virtual time, every choice from the seed. From what the provider was asked, the log and
 * what everybody heard it is judged that nobody's words went where they must not, and that each question ended once.
 */
import type { UserNumber } from '@sotto/model';
import { type RandomNumber, seeded, seededRandom, VirtualClock } from '@sotto/protocol/testing';
import { HistoryAccess } from '@sotto/schema';
import {
  type AssistantSettings,
  OpaqueServer,
  openStore,
  type Store,
  seedUser,
  uuidOf,
} from '@sotto/server/testing';
import { createMemoryNetwork } from '@sotto/transport/memory';
import { installSequentialCrypto } from '../crypto.ts';
import { settle } from '../scene.ts';
import { doSomething, greet, type Place, plain } from './deeds.ts';
import { House } from './house.ts';
import { type AnswerTrial, judgeAnswers } from './judge-answers.ts';
import { judgePrompts } from './judge-prompts.ts';
import { judgeUsage } from './judge-usage.ts';
import { Ledger } from './ledger.ts';
import { Person } from './person.ts';
import { ChanceProvider } from './provider.ts';
import { RoomTruth } from './truth.ts';

const PEOPLE = 4;
const STEPS = 50;
const DEEDS_MAX = 3;
const STEP_MAX_MS = 700;
const DISTURBED_ONE_IN = 14;
const DELAY_MAX_MS = 20;
/** Longer than anything that is asked takes to end. */
const QUIET_MS = 120_000;
const QUIET_STEP_MS = 10_000;
/** From the commit of something until every prompt knows: commits are together, and storage answers at once. */
const GRACE_MS = 20;
const EVERYTHING = 100_000;
const MODELS = ['first', 'second'] as const;

const secret = await OpaqueServer.createSetup();

export interface AssistantsReport {
  problems: string[];
  trace: string[];
  questions: number;
  answers: number;
  requests: number;
  /** Of people, in prompts. */
  words: number;
}

export async function simulateAssistants(seed: number): Promise<AssistantsReport> {
  const restoreCrypto = installSequentialCrypto();
  try {
    return await run(seed);
  } finally {
    restoreCrypto();
  }
}

interface Stage extends Place {
  house: House;
  store: Store;
  provider: ChanceProvider;
  settings: AssistantSettings;
  problems: string[];
  trace: string[];
  people: Person[];
  ends: { atMs: number; crashed: boolean }[];
}

async function run(seed: number): Promise<AssistantsReport> {
  const stage = await setStage(seed);
  const { clock, house, store, people, problems, trace } = stage;
  await play(stage);
  const report = await judge(stage);
  for (const person of people) person.leave();
  await settle(clock, house.stop());
  await store.close();
  return { problems, trace, ...report };
}

async function setStage(seed: number): Promise<Stage> {
  const clock = new VirtualClock();
  const number = seeded(seed);
  const random = seededRandom(seed + 1);
  const problems: string[] = [];
  const trace: string[] = [];
  const beganMs = clock.now();
  const store = await openStore({ url: ':memory:', inThread: true, uuid: () => uuidOf(random.bytes(16)) });
  const network = createMemoryNetwork({ clock, delayMs: () => number(DELAY_MAX_MS) });
  const provider = new ChanceProvider(number);
  const settings = settingsOf(number);
  const problem = (what: string) => void problems.push(what);
  const onError = problem;
  const house = new House({ clock, random, store, network, provider, settings, secret, onError });
  const people: Person[] = [];
  for (let index = 0; index < PEOPLE; index++) {
    const user = await seedUser(store, random, `user${index}`, clock.now());
    people.push(new Person({ user, clock, random, store, network, problem }));
  }
  return {
    clock,
    number,
    people,
    assistants: [],
    halls: [],
    ledger: new Ledger(random),
    heads: new Map(),
    log: (what) => void trace.push(`${clock.now() - beganMs} ${what}`),
    house,
    store,
    provider,
    settings,
    problems,
    trace,
    ends: [],
  };
}

function settingsOf(number: RandomNumber): AssistantSettings {
  const isPoor = number(4) === 0;
  return {
    access: { kind: 'openai', url: 'http://127.0.0.1:1', key: 'secret key' },
    model: MODELS[0],
    name: 'helper',
    prompt: 'You are helpful.',
    keyOf: () => undefined,
    privateHosts: [],
    contextTokens: 20_000,
    answerTokens: 500,
    parallel: 1 + number(3),
    queue: 1 + number(4),
    timeoutMs: 4_000,
    budgets: {
      account: isPoor ? { requests: 3 + number(5), tokens: 1_000_000 } : undefined,
      room: undefined,
      server: isPoor ? { requests: 5 + number(10), tokens: 100_000 } : undefined,
    },
  };
}

async function play(stage: Stage): Promise<void> {
  const { clock, number, people } = stage;
  await settle(clock, furnish(stage));
  for (let step = 0; step < STEPS; step++) {
    for (let deeds = number(DEEDS_MAX) + 1; deeds > 0; deeds--) doSomething(stage);
    if (number(DISTURBED_ONE_IN) === 0) await disturb(stage);
    await clock.advance(number(STEP_MAX_MS));
    await bounds(stage);
    for (const person of people) if (!person.connected) await arrive(stage, person);
  }
  for (let waited = 0; waited < QUIET_MS; waited += QUIET_STEP_MS) {
    await clock.advance(QUIET_STEP_MS);
    // A connection that hears nothing for long ends.
    for (const person of people) void person.ask('listAssistants', {});
  }
}

/** Two assistants, three rooms with more than two in them, and direct ones. */
async function furnish(stage: Stage): Promise<void> {
  const { house, store, people, ledger, clock } = stage;
  await house.start();
  const [first] = await store.assistants.assistants();
  if (first === undefined) throw new Error('no assistant');
  const second = await store.assistants.createAssistant({
    ...{ uuid: uuidOf(ledger.newId()), name: 'other', nameKey: 'other', nameSkeleton: 'other' },
    ...{ provider: undefined, url: undefined, keyVariable: undefined, prompt: undefined },
    model: MODELS[1],
    createdMs: clock.now(),
  });
  if (second.kind !== 'created') throw new Error(second.kind);
  stage.assistants = [
    { number: first.user, name: stage.settings.name },
    { number: second.user.number, name: second.user.name },
  ];
  for (const person of people) await person.come(house.lives);
  await makeRooms(stage);
  await wait(stage, 2_000);
}

async function makeRooms(stage: Stage): Promise<void> {
  const { people, ledger, assistants } = stage;
  const [one, two, three] = people;
  if (one === undefined || two === undefined || three === undefined) throw new Error('nobody');
  const halls: number[] = [];
  for (const [owner, name, isPrivate] of [
    [two, 'garden', false],
    [three, 'cellar', true],
  ] as const) {
    const made = await owner.ask('createRoom', { name, private: isPrivate });
    const room = made?.membership?.room?.number ?? 0;
    halls.push(room);
    ledger.rooms.set(room, undefined);
    await fill(stage, owner, room);
  }
  stage.halls = [...halls, 1];
  ledger.rooms.set(1, undefined);
  await makeDirect(stage, one, two.number);
  for (const person of [one, two]) await makeDirect(stage, person, assistants[0]?.number ?? 0);
}

/** One after the other, people between assistants: whoever came later does not know what was said before. */
async function fill(stage: Stage, owner: Person, room: number): Promise<void> {
  const { people, assistants } = stage;
  const [one, two, three, four] = people;
  const comers = [one, two, assistants[0], three, four, assistants[1]];
  for (const comer of comers) {
    if (comer === undefined) continue;
    const user = { reference: { case: 'number' as const, value: comer.number } };
    await owner.ask('addMember', { room: { reference: { case: 'number', value: room } }, user });
    const person = people.find(({ number }) => number === comer.number);
    await greet(person ?? owner, stage, room);
  }
}

async function makeDirect({ ledger, store }: Stage, by: Person, to: number): Promise<void> {
  const [id, text] = [ledger.newId(), `hello ${ledger.newWord()}`];
  await by.ask('sendDirect', {
    recipients: [{ reference: { case: 'number', value: to } }],
    clientMessageId: id,
    content: plain(text),
  });
  const pair = [Math.min(by.number, to), Math.max(by.number, to)] as const;
  const found = await store.rooms.directRoom(pair[0] as UserNumber, pair[1] as UserNumber);
  if (found === undefined) throw new Error('no direct room');
  ledger.rooms.set(found.number, pair);
  ledger.message({ room: found.number, by: by.number, id: id.toHex(), text, relatesTo: 0, thread: 0 });
}

/** A connection ends, or the server does. */
async function disturb(stage: Stage): Promise<void> {
  const { number, people, house, clock, log, ends } = stage;
  if (number(3) > 0) {
    const person = people[number(people.length)];
    log(`${person?.name} is gone`);
    person?.leave();
    return;
  }
  const crashed = number(2) === 0;
  log(`the server ${crashed ? 'dies' : 'stops'}`);
  ends.push({ atMs: clock.now(), crashed });
  await settle(clock, crashed ? house.crash() : house.stop());
  for (const person of people) person.leave();
  await clock.advance(number(STEP_MAX_MS));
  await settle(clock, house.start());
}

async function arrive({ clock, house, halls }: Stage, person: Person): Promise<void> {
  await settle(clock, person.come(house.lives));
  void person.ask('watchAnswers', { rooms: [...halls] });
}

/** What waits and what is written never exceeds what was set. */
async function bounds({ clock, people, settings, problems }: Stage): Promise<void> {
  const list = await settle(clock, people[0]?.ask('listAssistants', {}) ?? Promise.resolve(undefined));
  const all = list?.assistants ?? [];
  const writing = all.reduce((sum, one) => sum + one.writing, 0);
  const waiting = all.reduce((sum, one) => sum + one.waiting, 0);
  if (writing > settings.parallel || waiting > settings.queue)
    problems.push(`${writing} are written and ${waiting} wait`);
}

const wait = ({ clock }: Stage, ms: number): Promise<void> =>
  new Promise((resolve) => void clock.after(ms, resolve));

async function judge(stage: Stage) {
  const { store, ledger, provider, assistants, problems, people, ends, settings, clock } = stage;
  const truths = new Map<number, RoomTruth>();
  for (const [room, pair] of ledger.rooms) {
    const log = await store.events.read((4 * room) as never, 0 as never, EVERYTHING);
    const history = room === stage.halls[1] ? HistoryAccess.SINCE_JOINED : HistoryAccess.ALL;
    truths.set(room, new RoomTruth({ log, pair, isLobby: room === 1, history }));
  }
  const trial = {
    ledger,
    truths,
    seen: provider.seen,
    assistants: new Map(MODELS.map((model, index) => [model as string, assistants[index]?.number ?? 0])),
    graceMs: GRACE_MS,
    problems,
  };
  const { words, asked } = judgePrompts(trial);
  const names = new Map(assistants.map(({ name, number }) => [name, number]));
  const whole: AnswerTrial = { ...trial, people, asked, names, ends };
  const { questions, answers } = judgeAnswers(whole);
  await judgeUsage(whole, store, clock.now());
  if (provider.most > settings.parallel) problems.push(`${provider.most} were asked for at a time`);
  await judgeQuiet(stage);
  return { questions, answers, requests: provider.seen.length, words };
}

/** Nothing is left under way. */
async function judgeQuiet({ clock, people, problems }: Stage): Promise<void> {
  const list = await settle(clock, people[0]?.ask('listAssistants', {}) ?? Promise.resolve(undefined));
  if (list === undefined || list.assistants.some(({ writing, waiting }) => writing + waiting > 0))
    problems.push(`left under way: ${JSON.stringify(list)}`);
}
