/** What an assistant is told to answer a question from, of all rooms that it and the asker are in [PROMPT-9]. */
import {
  ASSISTANT_SEARCH_MAX_CHARACTERS,
  type RoomNumber,
  roomStream,
  type StreamId,
  streamOwner,
} from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { StoredEvent } from '../../events/store.ts';
import type { Term } from '../../search/query.ts';
import type { SearchRequest } from '../../search/request.ts';
import type { Task } from '../task.ts';
import { type Asking, type OpenRoom, openFor, present } from './access.ts';
import { current, keyOf, toldOf } from './messages.ts';
import type { Gathered, PromptsOptions } from './prompts.ts';
import { askedWords } from './words.ts';

type SearchTask = Extract<Task, { kind: 'search' }>;

/** Of each word, the newest. */
const HITS_OF_WORD = 40;
const TOLD_MAX = 60;
/** A shorter word is meant as it is. */
const BEGINNING_MIN = 3;

interface Match {
  event: StoredEvent;
  /** How many of the words it has. */
  words: number;
}

export async function tellForSearch(
  options: PromptsOptions,
  asking: Asking,
  { question }: SearchTask,
): Promise<Gathered> {
  if (question.trim() === '' || [...question].length > ASSISTANT_SEARCH_MAX_CHARACTERS)
    throw new SottoError(ErrorCode.ARGUMENT_INVALID, 'search');
  const { asker } = await present(options, asking);
  const streams = await sharedStreams(options, asking);
  const matches = streams.size === 0 ? [] : await find(options, { ...asking, asker }, streams, question);
  const best = matches.slice(0, TOLD_MAX).map(({ event }) => event);
  const said = await current(options, asking, best);
  const rooms = await openAll(options, asking, best);
  const told = best.flatMap((event) => {
    const room = rooms.get(event.stream);
    const one = said.get(keyOf(event));
    return room === undefined || one === undefined || event.sequence < room.first
      ? []
      : [toldOf(one, room.label)];
  });
  if (told.length === 0) throw new SottoError(ErrorCode.MESSAGE_GONE, 'nothing was said with these words');
  return {
    question: { from: asker.name, text: question },
    instructions: '',
    room: undefined,
    groups: [told],
    order: 'importance',
    file: undefined,
    whole: undefined,
  };
}

/** Of the rooms that both are in, and that let their history be told. */
async function sharedStreams(
  { rooms }: PromptsOptions,
  { asker, assistant }: Asking,
): Promise<Set<StreamId>> {
  const [own, others] = await Promise.all([
    rooms.memberships(asker.number),
    rooms.memberships(assistant.number),
  ]);
  const allowed = own.filter(({ room }) => room.settings.assistants === 'allowed');
  const shared = new Set(others.map(({ room }) => room.number));
  return new Set(
    allowed
      .map(({ room }) => room.number)
      .filter((room) => shared.has(room))
      .map(roomStream),
  );
}

/** Most words first, then the newest. */
async function find(
  options: PromptsOptions,
  asking: Asking,
  streams: ReadonlySet<StreamId>,
  question: string,
): Promise<readonly Match[]> {
  const terms = askedWords(question).map(termOf);
  const matches = new Map<string, Match & { of: Set<Term> }>();
  // All at once first: what has all of the words may be older than what has one of them.
  const searches = terms.length > 1 ? [terms, ...terms.map((term) => [term])] : terms.map((term) => [term]);
  for (const wanted of searches) {
    const { events } = await options.search.find(asking.asker, requestOf(wanted, streams));
    for (const event of events) {
      const match = matches.get(keyOf(event)) ?? { event, words: 0, of: new Set<Term>() };
      for (const term of wanted) match.of.add(term);
      matches.set(keyOf(event), { ...match, words: match.of.size });
    }
  }
  return [...matches.values()].sort(
    (one, other) => other.words - one.words || other.event.timeMs - one.event.timeMs,
  );
}

const termOf = (word: string): Term => ({ words: [word], isBeginning: [...word].length >= BEGINNING_MIN });

const requestOf = (terms: readonly Term[], streams: ReadonlySet<StreamId>): SearchRequest => ({
  terms,
  streams,
  senders: [],
  sinceMs: 0,
  untilMs: 0,
  hasLink: false,
  hasFile: false,
  before: undefined,
  limit: HITS_OF_WORD,
});

/** Judged when all of them are known: nothing is waited for in between. */
async function openAll(
  options: PromptsOptions,
  asking: Asking,
  events: readonly StoredEvent[],
): Promise<ReadonlyMap<StreamId, OpenRoom>> {
  const streams = [...new Set(events.map(({ stream }) => stream))];
  const states = await Promise.all(streams.map((stream) => options.directory.find(roomOf(stream))));
  const both = await present(options, asking);
  const opened = streams.flatMap((stream, index) => {
    const state = options.directory.cached(roomOf(stream)) ?? states[index];
    const room = state && openFor(both, state);
    return room?.isHistoryTold ? [[stream, room] as const] : [];
  });
  return new Map(opened);
}

function roomOf(stream: StreamId): RoomNumber {
  const owner = streamOwner(stream);
  if (owner?.kind !== 'room') throw new Error(`stream ${stream} is no room's`);
  return owner.room;
}
