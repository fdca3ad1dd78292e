/** Nothing is in a prompt that its asker or the assistant could not read when it was made; what both could surely read is there. */
import { AssistantAccess, EventKind } from '@sotto/schema';
import { type Asked, attribute, questionOf, type Trial, wordsIn } from './attribution.ts';
import type { BlockDeed, Said } from './ledger.ts';
import type { SeenRequest } from './provider.ts';
import type { RoomTruth } from './truth.ts';

const MARK = /\bm\d+m\b/g;
/** Of the messages before a question, those that have to be in its prompt if they can be. */
const NEAREST = 10;

/** Who asks whom, when. */
interface Asking {
  asker: number;
  assistant: number;
  atMs: number;
  /** Nothing is told but of this room. */
  room: number | undefined;
  /** The question in it, which is told in any case. */
  sequence: number;
}

export function judgePrompts(trial: Trial): { words: number; asked: Map<SeenRequest, Asked> } {
  const asked = new Map<SeenRequest, Asked>();
  let words = 0;
  for (const seen of trial.seen) {
    const problem = (what: string) =>
      trial.problems.push(`prompt ${seen.mark}: ${what}\n${seen.request.system}\n${seen.request.user}`);
    const by = attribute(trial, seen, questionOf(seen, problem));
    if (by === undefined) {
      problem('nobody asked for it');
      continue;
    }
    asked.set(seen, by);
    words += wordsIn(seen.request.user).length;
    const faults = askingsOf(trial, seen, by).map((asking) => faultsOf(trial, seen, asking, by));
    const [least = []] = faults.toSorted((a, b) => a.length - b.length);
    for (const fault of least) problem(fault);
  }
  return { words, asked };
}

function askingsOf({ assistants }: Trial, seen: SeenRequest, by: Asked): Asking[] {
  const common = { assistant: assistants.get(seen.request.model) ?? 0, atMs: seen.atMs };
  switch (by.kind) {
    case 'question':
      return [{ ...common, asker: by.asker, room: by.room, sequence: by.sequence }];
    case 'translation':
      return [{ ...common, asker: by.asker, room: by.room, sequence: 0 }];
    case 'search':
      return [{ ...common, asker: by.asker, room: undefined, sequence: 0 }];
    case 'summary':
      return by.of.map(({ by: asker, room }) => ({ ...common, asker, room, sequence: 0 }));
  }
}

function faultsOf(trial: Trial, seen: SeenRequest, asking: Asking, by: Asked): string[] {
  const faults: string[] = [];
  for (const word of new Set(wordsIn(seen.request.user))) {
    if (by.kind !== 'question' && by.kind !== 'summary' && word === by.word) continue;
    const fault = whyNot(trial, asking, trial.ledger.said.get(word));
    if (fault !== undefined) faults.push(`${word} ${fault}`);
  }
  for (const mark of new Set(seen.request.user.match(MARK))) {
    const fault = whyNotMark(trial, asking, mark);
    if (fault !== undefined) faults.push(`${mark} ${fault}`);
  }
  for (const word of wordsIn(seen.request.system)) {
    const said = trial.ledger.said.get(word);
    if (said?.kind !== 'instructions' || said.room !== asking.room)
      faults.push(`${word} is no instruction of this room`);
  }
  if (asking.room !== undefined && !isWelcome(trial, asking, asking.room))
    faults.push('asked where they are not');
  for (const word of missing(trial, seen, asking)) faults.push(`${word} is missing`);
  return faults;
}

/** Undefined: it may be told. */
function whyNot(trial: Trial, asking: Asking, said: Said | undefined): string | undefined {
  if (said === undefined) return 'was never said';
  if (said.kind === 'instructions' || said.kind === 'private') return `is of ${said.kind}`;
  if (asking.room !== undefined && said.room !== asking.room) return 'was said elsewhere';
  const truth = trial.truths.get(said.room);
  const event = truth?.byId(said.id);
  if (truth === undefined || event === undefined) return 'was never taken';
  const sequence = event.kind === EventKind.MESSAGE_EDITED ? event.relatesTo : event.sequence;
  const author = truth.event(sequence)?.sender ?? 0;
  if (isSurelyBlocked(trial, asking.asker, author, asking.atMs)) return 'is of somebody blocked';
  if (isSurelyBlocked(trial, author, asking.assistant, asking.atMs))
    return 'is of somebody who blocked the assistant';
  for (const events of momentsOf(trial, truth, asking))
    if (isOpen(truth, asking, sequence, events) && truth.stands(event, events)) return undefined;
  return 'could not be read';
}

/** What assistants said before: the answer to a question, never what was private. */
function whyNotMark(trial: Trial, asking: Asking, mark: string): string | undefined {
  const seen = trial.seen.find((one) => one.mark === mark);
  const to =
    seen &&
    attribute(
      trial,
      seen,
      questionOf(seen, () => {}),
    );
  if (seen === undefined || to?.kind !== 'question') return 'was said to no question';
  if (asking.room !== undefined && to.room !== asking.room) return 'was answered elsewhere';
  const truth = trial.truths.get(to.room);
  const by = trial.assistants.get(seen.request.model);
  const event = truth?.log.find(
    ({ kind, sender, relatesTo }) => kind === EventKind.MESSAGE && sender === by && relatesTo === to.sequence,
  );
  if (truth === undefined || event === undefined) return 'was answered nowhere';
  for (const events of momentsOf(trial, truth, asking))
    if (isOpen(truth, asking, event.sequence, events) && truth.stands(event, events)) return undefined;
  return 'was an answer that could not be read';
}

const momentsOf = ({ graceMs }: Trial, truth: RoomTruth, { atMs }: Asking): Iterable<number> =>
  truth.moments(atMs - graceMs, atMs);

function isOpen(truth: RoomTruth, asking: Asking, sequence: number, events: number): boolean {
  const access = truth.access(events);
  const isTold = access === AssistantAccess.ALLOWED || sequence === asking.sequence;
  if (access === AssistantAccess.FORBIDDEN || !isTold) return false;
  return [asking.asker, asking.assistant].every((user) => truth.mayRead(user, sequence, events));
}

function isWelcome(trial: Trial, asking: Asking, room: number): boolean {
  const truth = trial.truths.get(room);
  if (truth === undefined) return false;
  return [...momentsOf(trial, truth, asking)].some(
    (events) =>
      truth.access(events) !== AssistantAccess.FORBIDDEN &&
      [asking.asker, asking.assistant].every((user) => truth.isMember(user, events)),
  );
}

/** Words of the messages just before a question that could be read all the time, and that nobody blocked anybody for. */
function missing(trial: Trial, seen: SeenRequest, asking: Asking): string[] {
  const truth = asking.room === undefined ? undefined : trial.truths.get(asking.room);
  if (truth === undefined || asking.sequence === 0) return [];
  const moments = [...momentsOf(trial, truth, asking)];
  const told = new Set(wordsIn(seen.request.user));
  const surely: string[] = [];
  for (const [word, said] of trial.ledger.said) {
    if (said.kind !== 'message' || said.room !== asking.room) continue;
    const event = truth.byId(said.id);
    if (event === undefined || event.sequence >= asking.sequence || hasToDoWithBlocks(trial, event.sender))
      continue;
    const could = moments.every(
      (events) =>
        truth.access(events) === AssistantAccess.ALLOWED &&
        isOpen(truth, asking, event.sequence, events) &&
        truth.stands(event, events),
    );
    if (could) surely.push(word);
  }
  return surely.slice(-NEAREST).filter((word) => !told.has(word));
}

const hasToDoWithBlocks = ({ ledger }: Trial, user: number): boolean =>
  ledger.blocks.some((deed) => deed.by === user || deed.user === user);

/** Whatever order what was under way at the same time came in. */
export function isSurelyBlocked({ ledger, graceMs }: Trial, by: number, user: number, atMs: number): boolean {
  const deeds = ledger.blocks.filter((deed) => deed.by === by && deed.user === user && deed.fromMs <= atMs);
  const last = deeds.findLastIndex(({ toMs }) => toMs <= atMs - graceMs);
  const isBlock = (deed: BlockDeed | undefined) => deed?.blocked === true;
  return isBlock(deeds[last]) && deeds.slice(last).every(isBlock);
}
