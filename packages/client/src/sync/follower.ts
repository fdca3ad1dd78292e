/**
 * Follows the inbox and every room: subscribes at login, and turns what the server pushes into events for callers,
 * each once, in order, without gaps [SYNC-1]. Lives as long as the client, over many connections.
 */
import {
  inboxStream,
  type RoomNumber,
  roomStream,
  type Sequence,
  type StreamId,
  streamOwner,
  type UserNumber,
} from '@sotto/model';
import { type Clock, type FrameMessage, SottoError } from '@sotto/protocol';
import { ErrorCode, type Event, EventKind, type Membership, Retry } from '@sotto/schema';
import type { Link } from '../connection/link.ts';
import type { Describing } from '../describe/events.ts';
import { toRoom } from '../describe/rooms.ts';
import { EVENTS_HELD_MAX, type EventHub } from '../events/hub.ts';
import type { JoinedRoom } from '../types.ts';
import { Backlog } from './backlog.ts';
import { type LogEntry, toEntry } from './entry.ts';
import { InboxHints } from './inbox-hints.ts';
import type { People } from './people.ts';
import type { Progress } from './progress.ts';
import type { Rooms } from './rooms.ts';
import { Subscriptions } from './subscriptions.ts';

const NOTHING_YET = 0 as Sequence;
const RETRY_MS = 1_000;
/** The server's log is not the one the cursors were made for. */
const CURSORS_VOID: ReadonlySet<ErrorCode> = new Set([ErrorCode.LOG_REPLACED, ErrorCode.CURSOR_INVALID]);

/** Who else keeps something of what happens. Told before callers are. */
export interface Watcher {
  /** The server says where this account stands in a room. */
  stands(stream: StreamId, membership: Membership): void;
  left(stream: StreamId): void;
  /** Each event once, in order, its names known. */
  happened(entry: LogEntry): void;
  /** What was known of the log is void. */
  replaced(): void;
}

export interface FollowerOptions {
  clock: Clock;
  people: People;
  rooms: Rooms;
  hub: EventHub;
  progress: Progress;
  describing: Describing;
  watcher: Watcher;
}

export class Follower {
  readonly #options: FollowerOptions;
  readonly #subscriptions = new Subscriptions();
  readonly #hints = new InboxHints();
  readonly #backlog: Backlog;
  #link: Link | undefined;
  #me: UserNumber | undefined;
  #paused = false;
  /** The next login starts without cursors. */
  #cursorsVoid = false;
  /** Whether `rooms` says what this account was in before. */
  #roomsKnown: boolean;
  /** This device follows the inbox for the first time: what was said there before is asked for, not told [SYNC-5]. */
  #isInboxNew = false;
  #silentUpTo = 0;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#backlog = new Backlog({ ...options, onEntry: (entry) => this.#happened(entry) });
    this.#roomsKnown = options.progress.cursors.size > 0;
  }

  /** After each login or resume, before anything else is sent. Rejects when the connection ends first. */
  async start(link: Link, granted: FrameMessage<'sessionGranted'>): Promise<void> {
    const { people, progress } = this.#options;
    // What is acknowledged on the connection before this one is not heard any more.
    progress.disconnected();
    if (granted.user !== undefined) this.#me = people.learn(granted.user).number;
    const peers = granted.rooms.flatMap(({ room }) => room?.directUsers ?? []);
    await people.ensure(peers);
    this.#adoptLog(granted.logIncarnation);
    this.#adoptRooms(granted.rooms);
    this.#link = link;
    this.#paused = false;
    this.#hints.restart();
    await this.#subscribe(this.#subscriptions.streams());
    this.#backlog.resolve();
    progress.connected(link);
  }

  stop(): void {
    this.#link = undefined;
    this.#options.progress.disconnected();
  }

  /** Forgets whose rooms these are: another account logs in. */
  reset(): void {
    this.#subscriptions.clear();
    this.#backlog.clear();
    this.#options.rooms.clear();
    this.#roomsKnown = false;
    this.#silentUpTo = 0;
    this.#options.progress.adopt('');
  }

  push(event: Event): void {
    if (this.#paused || this.#link === undefined) return;
    const stream = event.stream as StreamId;
    switch (this.#subscriptions.judge(stream, event.sequence as Sequence)) {
      case 'drop':
        break;
      case 'gap':
        this.#subscribe([stream]).catch(() => {});
        break;
      case 'take':
        this.#take(event);
    }
  }

  /** The list of held events has room again. */
  proceed(): void {
    const link = this.#link;
    if (!this.#paused || link === undefined || this.#held > EVENTS_HELD_MAX / 2) return;
    this.#paused = false;
    this.#subscribe(this.#subscriptions.streams()).then(
      () => {
        if (this.#link === link) this.#options.progress.connected(link);
      },
      () => {},
    );
  }

  /** Adds a room that this account is now in, and follows it. */
  async enter(membership: Membership | undefined): Promise<JoinedRoom> {
    const { people, rooms, progress, hub } = this.#options;
    const description = membership?.room;
    if (membership === undefined || description === undefined)
      throw new Error('the server described no room');
    await people.ensure(description.directUsers);
    const stream = roomStream(description.number as RoomNumber);
    const isKnown = rooms.has(stream);
    this.#options.watcher.stands(stream, membership);
    const joined = rooms.enter(this.#room(description), membership);
    if (isKnown) return joined;
    this.#subscriptions.follow(stream, progress.begin(stream, membership.delivered as Sequence));
    hub.publish({ kind: 'roomEntered', room: this.#room(description) });
    this.#subscribeRoom(stream);
    return joined;
  }

  exit(stream: StreamId): void {
    const room = this.#options.rooms.exit(stream);
    if (room === undefined) return;
    this.#subscriptions.unfollow(stream);
    this.#options.progress.forget(stream);
    this.#options.watcher.left(stream);
    this.#options.hub.publish({ kind: 'roomExited', room });
    this.#link?.request('unsubscribe', { streams: [stream] }).catch(() => {});
  }

  #adoptLog(log: string): void {
    const { progress, hub, watcher } = this.#options;
    const restored = progress.adopt(log);
    if (!restored && !this.#cursorsVoid) return;
    if (this.#cursorsVoid && !restored)
      for (const stream of [...progress.cursors.keys()]) progress.forget(stream);
    this.#cursorsVoid = false;
    this.#subscriptions.clear();
    watcher.replaced();
    hub.publish({ kind: 'logReplaced' });
  }

  /** Takes the server's list as the truth; what differs from before is told [SYNC-5]. */
  #adoptRooms(memberships: readonly Membership[]): void {
    const { rooms, progress } = this.#options;
    const inbox = inboxStream(this.#me ?? (0 as UserNumber));
    const current = new Map(
      memberships.flatMap((membership) =>
        membership.room === undefined
          ? []
          : [[roomStream(membership.room.number as RoomNumber), membership] as const],
      ),
    );
    for (const stream of [...rooms.streams(), ...progress.cursors.keys()]) {
      if (stream !== inbox && !current.has(stream)) this.#gone(stream);
    }
    for (const [stream, membership] of current) this.#present(stream, membership);
    this.#isInboxNew = !progress.cursors.has(inbox);
    this.#subscriptions.follow(inbox, progress.begin(inbox, NOTHING_YET));
    this.#roomsKnown = true;
  }

  #gone(stream: StreamId): void {
    const { rooms, progress, hub, watcher } = this.#options;
    const room = rooms.exit(stream);
    this.#subscriptions.unfollow(stream);
    progress.forget(stream);
    watcher.left(stream);
    if (room !== undefined) hub.publish({ kind: 'roomExited', room });
  }

  #present(stream: StreamId, membership: Membership): void {
    const { rooms, progress, hub, watcher } = this.#options;
    if (membership.room === undefined) return;
    const room = this.#room(membership.room);
    const isNew = this.#roomsKnown && !rooms.has(stream) && !progress.cursors.has(stream);
    watcher.stands(stream, membership);
    rooms.enter(room, membership);
    const delivered = membership.delivered as Sequence;
    const after = progress.begin(stream, delivered);
    progress.heard(stream, delivered, membership.read);
    this.#subscriptions.follow(stream, after);
    if (isNew) hub.publish({ kind: 'roomEntered', room });
  }

  #room(description: NonNullable<Membership['room']>) {
    return toRoom(description, this.#me ?? 0, (user) => this.#options.people.named(user));
  }

  /** A refusal means that what login said is out of date: the connection is begun anew. */
  async #subscribe(streams: readonly StreamId[]): Promise<void> {
    const link = this.#link;
    if (link === undefined) return;
    try {
      await this.#ask(link, streams);
    } catch (error) {
      if (!(error instanceof SottoError)) throw error;
      this.#cursorsVoid ||= CURSORS_VOID.has(error.code);
      link.close(error);
      throw error;
    }
  }

  async #ask(link: Link, streams: readonly StreamId[]): Promise<void> {
    const { progress } = this.#options;
    const cursors = this.#subscriptions.ask(streams);
    if (cursors.length === 0) return;
    const { heads } = await link.request('subscribe', { logIncarnation: progress.log, cursors });
    if (link !== this.#link) return;
    const missed: StreamId[] = [];
    for (const { stream, head, firstKept } of heads) {
      const id = stream as StreamId;
      this.#options.rooms.headAt(id, head as Sequence);
      if (streamOwner(id)?.kind === 'inbox') this.#inboxEndsAt(head);
      if (this.#subscriptions.answered(id, firstKept)) missed.push(id);
    }
    if (missed.length > 0 && !this.#paused) await this.#ask(link, missed);
  }

  #inboxEndsAt(head: number): void {
    if (this.#isInboxNew) this.#silentUpTo = head;
    this.#isInboxNew = false;
    this.#act(this.#hints.caughtUpTo(head));
  }

  /** A room that was just entered can be left again before we follow it. */
  #subscribeRoom(stream: StreamId): void {
    const link = this.#link;
    if (link === undefined || this.#paused) return;
    this.#ask(link, [stream]).catch((error) => {
      if (error instanceof SottoError) this.exit(stream);
    });
  }

  #take(event: Event): void {
    const entry = toEntry(event);
    this.#options.rooms.headAt(entry.stream, entry.sequence);
    const { content, kind } = entry;
    if ((kind === EventKind.ROOM_ENTERED || kind === EventKind.ROOM_EXITED) && content.case === 'room') {
      const hint = { room: content.value.number, entered: kind === EventKind.ROOM_ENTERED };
      this.#act(this.#hints.add(entry.sequence, hint));
    }
    const isInbox = streamOwner(entry.stream)?.kind === 'inbox';
    this.#backlog.add(entry, isInbox && (this.#isInboxNew || entry.sequence <= this.#silentUpTo));
    if (this.#held >= EVENTS_HELD_MAX) this.#pause();
  }

  #happened(entry: LogEntry): void {
    this.#options.rooms.apply(entry, this.#me);
    this.#options.watcher.happened(entry);
  }

  get #held(): number {
    return this.#backlog.held + this.#options.hub.held;
  }

  /** Callers are far behind: the server keeps the rest until they are not [EVENTS-2]. */
  #pause(): void {
    this.#paused = true;
    this.#options.progress.disconnected();
    this.#link?.request('unsubscribe', { streams: this.#subscriptions.streams() }).catch(() => {});
  }

  #act(hints: ReturnType<InboxHints['add']>): void {
    for (const { room, entered } of hints) {
      const stream = roomStream(room as RoomNumber);
      if (!entered) this.exit(stream);
      else if (!this.#options.rooms.has(stream)) this.#askMembership(room);
    }
  }

  /** Where to start; refused where another device has left the room meanwhile [ROOM-5]. */
  #askMembership(room: number): void {
    const link = this.#link;
    link
      ?.request('readMembership', { room: { reference: { case: 'number', value: room } } })
      .then(({ membership }) => this.enter(membership))
      .catch((error) => {
        if (!(error instanceof SottoError) || error.info.retry !== Retry.LATER) return;
        this.#options.clock.after(error.retryAfterMs || RETRY_MS, () => {
          if (this.#link === link) this.#askMembership(room);
        });
      });
  }
}
