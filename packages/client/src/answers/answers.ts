/**
 * What is known of answers on their way [ANSWERS-1]. The server tells of them as they change, and some of that may be lost;
 * what was lost is asked for, so that none hangs: those in hand end, one way or another.
 */
import { type RoomNumber, roomStream, type StreamId } from '@sotto/model';
import { type FrameMessage, SottoError } from '@sotto/protocol';
import { type AnswerUpdate, ErrorCode, EventKind, type Answer as WireAnswer } from '@sotto/schema';
import type { Opened } from '../connection/open.ts';
import type { Present } from '../connection/present.ts';
import type { LogEntry } from '../sync/entry.ts';
import type { Answer } from '../types.ts';
import { Rounds } from './rounds.ts';
import { MESSAGE_COMES_MS, Teller, type TellerOptions } from './teller.ts';
import { Tracked } from './tracked.ts';

/** Beyond that others are not heard of until one ends. */
export const ANSWERS_MAX = 64;
const TICK_MS = 5_000;
/** Of which nothing was heard so long is asked for: well before the server forgets the ends of private ones. */
export const QUIET_MS = 20_000;
/** Of which nothing was heard so long, whatever was asked, is over. */
const UNHEARD_MS = 10 * 60_000;
/** The server tells of an end for a minute; what ended here stays so long that it is not taken for another one. */
const ENDED_KEPT_MS = 120_000;

export interface AnswersOptions extends TellerOptions {
  present: Present;
}

export class Answers {
  readonly #options: AnswersOptions;
  readonly #rounds: Rounds;
  readonly #teller: Teller;
  readonly #known = new Map<number, Tracked>();
  #watched: readonly RoomNumber[] = [];
  #round = 0;
  #admitted = 0;
  #isTicking = false;
  /** This connection was not told yet what is watched, or did not say yet what there is. */
  #isNew = false;

  constructor(options: AnswersOptions) {
    this.#options = options;
    this.#teller = new Teller(options);
    this.#rounds = new Rounds({
      clock: options.clock,
      ask: () => this.#ask(),
      isNeeded: () => this.#isNeeded,
    });
  }

  get size(): number {
    return this.#known.size;
  }

  heard({ answer }: AnswerUpdate): void {
    if (answer !== undefined) this.#take(answer, this.#round, false);
  }

  /** How many were ever known. */
  get mark(): number {
    return this.#admitted;
  }

  /** What this session asked for when this was the mark: what had its number before is another, of a server that was started anew since. */
  async started(wire: WireAnswer | undefined, mark: number): Promise<Tracked> {
    if (wire === undefined || wire.id === 0) {
      throw new SottoError(ErrorCode.MALFORMED_FRAME, 'an answer that is none');
    }
    const before = this.#known.get(wire.id);
    if (before !== undefined && before.order <= mark) this.#forget(before);
    this.#makeRoom();
    this.#take(wire, this.#round, false);
    const tracked = this.#known.get(wire.id) ?? this.#admit(wire);
    tracked.isHeld = true;
    await this.#options.people.ensure([tracked.assistant, tracked.asker]).catch(() => {});
    return tracked;
  }

  /** Replaces what was watched, unless that is refused. */
  async watch(rooms: readonly RoomNumber[]): Promise<readonly Answer[]> {
    const before = this.#watched;
    this.#watched = rooms;
    try {
      await this.#rounds.ask();
    } catch (error) {
      if (this.#watched === rooms) this.#watched = before;
      throw error;
    }
    const live = [...this.#known.values()].filter((each) => !each.hasEnded && this.#teller.isTold(each));
    await this.#options.people.ensure(live.flatMap(({ assistant, asker }) => [assistant, asker]));
    return live.map((each) => this.describe(each));
  }

  /** On another connection, which knows of no rooms that are watched, and on which nothing was told yet. */
  connected(): void {
    const isOpen = [...this.#known.values()].some(({ hasEnded }) => !hasEnded);
    this.#isNew = this.#watched.length > 0 || isOpen;
    if (this.#isNew) void this.#rounds.ask();
  }

  /** An event of the log, just before callers are told. */
  happened({ stream, sequence, kind, relatesTo, wire: { sender } }: LogEntry): void {
    this.#teller.happened(stream, sequence);
    for (const tracked of this.#known.values()) {
      if (roomStream(tracked.roomNumber) !== stream) continue;
      const isIt = tracked.question === relatesTo && tracked.assistant === sender;
      if (kind === EventKind.MESSAGE && isIt) tracked.message = sequence;
      queueMicrotask(() => this.#settle(tracked));
    }
  }

  left(stream: StreamId): void {
    this.#teller.left(stream);
    for (const tracked of this.#known.values()) {
      if (!tracked.isPrivate && roomStream(tracked.roomNumber) === stream) this.#known.delete(tracked.id);
    }
  }

  /** Nothing more is heard. */
  stop(reason: Error): void {
    this.#isNew = false;
    this.#rounds.stop();
    for (const tracked of this.#known.values()) tracked.break(reason);
    this.#known.clear();
  }

  /** Another account logs in. */
  reset(reason: Error): void {
    this.stop(reason);
    this.#watched = [];
    this.#teller.clear();
  }

  describe(tracked: Tracked): Answer {
    return this.#teller.describe(tracked);
  }

  async #ask(): Promise<void> {
    this.#round += 1;
    const round = this.#round;
    const { present } = this.#options;
    let asked: Opened | undefined;
    const list = await present.ask((opened) => {
      asked = opened;
      // Of a room that was left meanwhile nothing is told.
      const rooms = this.#watched.filter((room) => this.#options.rooms.has(roomStream(room)));
      return opened.link.request('watchAnswers', { rooms });
    });
    if (asked === present.opened) this.#isNew = false;
    this.#listed(list, round);
  }

  get #isNeeded(): boolean {
    if (this.#options.present.opened === undefined) return false;
    return this.#isNew || [...this.#known.values()].some(({ hasGap }) => hasGap);
  }

  #listed({ answers }: FrameMessage<'answerList'>, round: number): void {
    for (const answer of answers) this.#take(answer, round, true);
    const listed = new Set(answers.map(({ id }) => id));
    for (const tracked of this.#known.values()) {
      const isUnheard = tracked.heardInRound < round && !tracked.hasEnded;
      if (!listed.has(tracked.id) && isUnheard) this.#isGone(tracked);
    }
  }

  #take(wire: WireAnswer, round: number, isListed: boolean): void {
    if (wire.id === 0 || wire.state.case === undefined) return;
    const before = this.#known.get(wire.id);
    if (before !== undefined && !before.isSame(wire)) this.#forget(before);
    if (!this.#known.has(wire.id) && !this.#hasPlace()) return;
    const tracked = this.#known.get(wire.id) ?? this.#admit(wire);
    const isWhole = isListed && tracked.heardInRound < round;
    tracked.heardInRound = Math.max(tracked.heardInRound, round);
    tracked.heardAtMs = this.#options.clock.now();
    tracked.goneAtMs = undefined;
    if (tracked.apply(wire.state, isWhole)) this.#teller.tell(tracked);
    if (tracked.hasGap) this.#rounds.need();
  }

  #admit(wire: WireAnswer): Tracked {
    this.#admitted += 1;
    const tracked = new Tracked(wire, this.#admitted);
    tracked.heardAtMs = this.#options.clock.now();
    this.#known.set(wire.id, tracked);
    this.#tick();
    return tracked;
  }

  #hasPlace(): boolean {
    if (this.#known.size < ANSWERS_MAX) return true;
    const ended = [...this.#known.values()].find(({ hasEnded }) => hasEnded);
    if (ended !== undefined) this.#known.delete(ended.id);
    return ended !== undefined;
  }

  /** What this client asked for has a place, before what others did. */
  #makeRoom(): void {
    if (this.#hasPlace()) return;
    const open = [...this.#known.values()];
    const oldest = open.find(({ isHeld }) => !isHeld) ?? open[0];
    if (oldest !== undefined) this.#forget(oldest);
  }

  /** Its number is another one's now. */
  #forget(tracked: Tracked): void {
    this.#fail(tracked);
    this.#known.delete(tracked.id);
  }

  /** The server does not know it. A message that it became may be on its way. */
  #isGone(tracked: Tracked): void {
    const { clock, me } = this.#options;
    const isOthers = tracked.asker !== me() && !this.#watched.includes(tracked.roomNumber);
    if (tracked.isPrivate) this.#fail(tracked);
    else if (isOthers) this.#known.delete(tracked.id);
    else tracked.goneAtMs ??= clock.now();
    this.#settle(tracked);
  }

  #fail(tracked: Tracked): void {
    const end = { kind: 'failed', error: new SottoError(ErrorCode.ASSISTANT_UNAVAILABLE) } as const;
    if (tracked.end(end)) this.#teller.tell(tracked);
  }

  /** What was put off until a message, a room or a name is known. */
  #settle(tracked: Tracked): void {
    const { goneAtMs, message, hasEnded } = tracked;
    if (goneAtMs !== undefined && !hasEnded) {
      if (message !== undefined) tracked.end({ kind: 'done', sequence: message, text: undefined });
      else if (this.#options.clock.now() >= goneAtMs + MESSAGE_COMES_MS) this.#fail(tracked);
    }
    this.#teller.tell(tracked);
  }

  #tick(): void {
    if (this.#isTicking) return;
    this.#isTicking = true;
    this.#options.clock.after(TICK_MS, () => {
      this.#isTicking = false;
      this.#sweep(this.#options.clock.now());
      if (this.#known.size > 0) this.#tick();
    });
  }

  #sweep(now: number): void {
    let isQuiet = false;
    for (const tracked of this.#known.values()) {
      if (now >= (tracked.endedAtMs ?? now) + ENDED_KEPT_MS) this.#known.delete(tracked.id);
      if (!tracked.hasEnded && now >= tracked.heardAtMs + UNHEARD_MS) this.#fail(tracked);
      this.#settle(tracked);
      isQuiet ||= !tracked.hasEnded && now >= tracked.heardAtMs + QUIET_MS;
    }
    if (isQuiet && this.#options.present.opened !== undefined) this.#rounds.need();
  }
}
