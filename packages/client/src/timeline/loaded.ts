/** What a timeline holds of its room: the model's fold, which parts of the log are in it, and which part is shown. */
import { type RoomRole, Timeline, toTimelineEvent } from '@sotto/model';
import { type Event, EventKind, type MessageState } from '@sotto/schema';
import { toView, type Viewing } from '../describe/messages.ts';
import { toRole } from '../describe/values.ts';
import { isSameData } from '../snapshots/same.ts';
import type { MessageView, Room, TimelineNotice } from '../types.ts';
import { Listed } from './listed.ts';
import { Notices } from './notices.ts';
import { type Stretch, Stretches } from './stretches.ts';
import { type Supposition, Suppositions } from './suppositions.ts';

/** Beyond so many events, what is oldest is let go of when a live one comes. */
export const HELD_MAX = 20_000;

type Shown =
  | { kind: 'nothing' }
  /** The stretch that ends in the present. */
  | { kind: 'latest' }
  | { kind: 'around'; sequence: number };

export interface LoadedPage {
  events: readonly Event[];
  states: readonly MessageState[];
  head: number;
}

/** The end of a room as it was last known here. */
export interface KeptPage extends LoadedPage {
  firstKept: number;
}

const NOTHING: readonly MessageView[] = [];

type FoldedView = NonNullable<ReturnType<Timeline['view']>>;

export class Loaded {
  readonly #room: () => Room;
  readonly #viewing: Viewing;
  readonly #fold: Timeline;
  readonly #stretches = new Stretches();
  readonly #suppositions = new Suppositions();
  readonly #notices: Notices;
  readonly #roles = new Map<number, RoomRole>();
  /** By what they were made from, undefined where that says nothing now, so that who compares finds the same objects. */
  readonly #views = new Map<number, { folded: FoldedView | undefined; view: MessageView }>();
  #shown: Shown = { kind: 'nothing' };
  #firstKept = 1;
  readonly #listed = new Listed({
    all: (stretch) => this.#list(stretch),
    view: (sequence) => this.message(sequence),
  });

  constructor(room: () => Room, viewing: Viewing) {
    this.#room = room;
    this.#viewing = viewing;
    this.#notices = new Notices(room, viewing);
    this.#fold = new Timeline({ kind: room().kind, me: viewing.me?.number ?? 0 });
  }

  get firstKept(): number {
    return this.#firstKept;
  }

  get shown(): Stretch | undefined {
    if (this.#shown.kind === 'nothing') return undefined;
    return this.#shown.kind === 'latest' ? this.#stretches.last : this.#stretches.at(this.#shown.sequence);
  }

  /** Messages of the stretch that is shown. */
  get messages(): readonly MessageView[] {
    const { shown } = this;
    return shown === undefined ? NOTHING : this.#listed.of(shown);
  }

  /** What happened beside them. */
  get notices(): readonly TimelineNotice[] {
    return this.#notices.within(this.shown);
  }

  show(shown: Shown): void {
    this.#shown = shown;
    this.#listed.void();
  }

  holds(sequence: number): boolean {
    return this.#stretches.at(sequence) !== undefined;
  }

  message(sequence: number): MessageView | undefined {
    const folded = this.#fold.view(sequence);
    return folded && this.#view(folded);
  }

  /** Without its first message. */
  thread(root: number): readonly MessageView[] {
    return this.#fold.thread(root).map((folded) => this.#view(folded));
  }

  keptFrom(sequence: number): void {
    this.#firstKept = Math.max(this.#firstKept, sequence);
  }

  /** `stretch`: the events are all of it; without one they stand for themselves. */
  addPage({ events, states, head }: LoadedPage, stretch?: Stretch): void {
    this.#fold.addPage({ events: events.map(toTimelineEvent), states, head });
    this.#took(events, stretch);
    this.#listed.void();
  }

  #took(events: readonly Event[], stretch?: Stretch): void {
    for (const { kind, sequence, role } of events) {
      if (kind === EventKind.MESSAGE) this.#roles.set(sequence, toRole(role));
    }
    this.#notices.add(events);
    if (stretch !== undefined) this.#stretches.add(stretch);
  }

  /** A live one. */
  addLive(event: Event): void {
    const { sequence } = event;
    this.#fold.add(toTimelineEvent(event));
    this.#took([event], { first: sequence, last: sequence });
    this.#changed(event);
    const isReadingBack = this.#shown.kind === 'around' && this.#shown.sequence < sequence - HELD_MAX / 2;
    if (this.#fold.size > HELD_MAX && !isReadingBack) this.#forgetBefore(sequence - HELD_MAX / 2);
  }

  suppose(supposition: Supposition): void {
    this.#suppositions.add(supposition);
    this.#fold.suppose(supposition.event);
    this.#changed(supposition.event);
  }

  withdraw(supposition: Supposition): void {
    if (!this.#suppositions.delete(supposition)) return;
    this.#fold.withdraw(supposition.event);
    this.#changed(supposition.event);
  }

  /** Those of which this is so are settled: the log says what they said. */
  withdrawWhere(isIt: (supposition: Supposition) => boolean): void {
    for (const supposition of this.#suppositions.where(isIt)) this.withdraw(supposition);
  }

  /** Takes the place of what was shown before: messages that say the same stay the same objects. */
  follow(before: Loaded): void {
    for (const [sequence, { view }] of before.#views) {
      if (!this.#views.has(sequence)) this.#views.set(sequence, { folded: undefined, view });
    }
  }

  /** Names, or who is blocked, changed: of one person, or of anybody. */
  touch(user?: number): void {
    this.#notices.touch(user);
    for (const [sequence, { view }] of this.#views) {
      if (user === undefined || isAbout(view, user)) this.#views.set(sequence, { folded: undefined, view });
    }
    this.#listed.void();
  }

  clear(): void {
    this.withdrawWhere(() => true);
    this.#forgetBefore(Number.POSITIVE_INFINITY);
    this.#stretches.clear();
    this.#shown = { kind: 'nothing' };
    this.#firstKept = 1;
  }

  #forgetBefore(sequence: number): void {
    this.#fold.forget(sequence);
    this.#notices.forgetBefore(sequence);
    this.#stretches.cutBefore(sequence);
    for (const map of [this.#roles, this.#views]) {
      for (const each of map.keys()) if (each < sequence) map.delete(each);
    }
    this.#listed.void();
  }

  /** An event changes what it is about, and the thread that either of them is in. */
  #changed({ sequence, relatesTo, thread }: Pick<Event, 'sequence' | 'relatesTo' | 'thread'>): void {
    const threadOfTarget = this.#fold.view(relatesTo)?.thread ?? 0;
    this.#listed.changed(sequence, relatesTo, thread, threadOfTarget);
  }

  #list({ first, last }: Stretch): readonly MessageView[] {
    return this.#fold
      .messages()
      .filter(({ sequence }) => first <= sequence && sequence <= last)
      .map((folded) => this.#view(folded));
  }

  #view(folded: FoldedView): MessageView {
    const known = this.#views.get(folded.sequence);
    if (known?.folded === folded) return known.view;
    const role = this.#roles.get(folded.sequence) ?? 'member';
    const unconfirmed = this.#suppositions.of(folded.sequence);
    const plain = toView(folded, role, this.#room(), this.#viewing);
    const made = unconfirmed === undefined ? plain : { ...plain, unconfirmed };
    const view = known !== undefined && isSameData(known.view, made) ? known.view : made;
    this.#views.set(folded.sequence, { folded, view });
    return view;
  }
}

/** undefined where it holds no message. */
export function loadKept(
  page: KeptPage | undefined,
  { room, viewing }: { room(): Room; viewing: Viewing },
): Loaded | undefined {
  const first = page?.events[0]?.sequence;
  if (page === undefined || first === undefined) return undefined;
  const kept = new Loaded(room, viewing);
  kept.keptFrom(page.firstKept);
  kept.addPage(page, { first, last: page.head });
  kept.show({ kind: 'latest' });
  return kept.messages.length === 0 ? undefined : kept;
}

const isAbout = ({ sender, deleted, room }: MessageView, user: number): boolean =>
  sender.number === user || deleted?.by.number === user || room.peer?.number === user;
