/** What is built on a session: what is known of the account, kept up to date, and what is asked of the server. */
import type { StreamId, UserNumber } from '@sotto/model';
import { type Clock, type Push, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { Answers } from './answers/answers.ts';
import { AssistantCalls } from './calls/assistants.ts';
import type { CallContext } from './calls/context.ts';
import { Calls } from './calls/index.ts';
import { RoomNames } from './calls/names.ts';
import { PeopleCalls } from './calls/people.ts';
import type { Link } from './connection/link.ts';
import type { Present } from './connection/present.ts';
import { type Me, meOf } from './describe/me.ts';
import { usersOf, type Viewing } from './describe/messages.ts';
import { toRoom } from './describe/rooms.ts';
import type { Environment } from './environment.ts';
import { ClientClosed } from './errors.ts';
import { EVENTS_HELD_MAX, type EventHub } from './events/hub.ts';
import { Files } from './files/files.ts';
import { type AccountKept, streamOf } from './kept/account.ts';
import { KeptBook } from './kept/kept.ts';
import { QuietReader } from './kept/quiet-reader.ts';
import type { Outbox } from './outbox/outbox.ts';
import { userNumber } from './references.ts';
import { AccountSettings } from './settings/settings.ts';
import { type ConnectionSources, LiveSnapshots } from './snapshots/snapshots.ts';
import type { ClientStore, KeptPages } from './store.ts';
import { Follower, type Watcher } from './sync/follower.ts';
import { People } from './sync/people.ts';
import type { Progress } from './sync/progress.ts';
import { Rooms } from './sync/rooms.ts';
import { usersOfNotices } from './timeline/notices.ts';
import { Timelines } from './timeline/timelines.ts';
import type { AssistantArea, Person, Recipient, SottoClient } from './types.ts';
import { Typing } from './typing/typing.ts';
import { UnreadBook } from './unread/unread.ts';

export interface PartsOptions {
  clock: Clock;
  store: Pick<ClientStore, 'saveKept'>;
  keepRecent: boolean | undefined;
  hashing: Pick<Environment, 'sha256' | 'hasher'>;
  present: Present;
  hub: EventHub;
  progress: Progress;
  outbox: Outbox;
  newMessageId(): string;
  webAddress(): string | undefined;
  me(): Pick<Person, 'number' | 'name'> | undefined;
  /** As the server describes it. */
  described(): Person | undefined;
  connection: ConnectionSources;
  /** The account is gone. */
  onDeleted(): Promise<void>;
}

/** Of more, as in the lobby of a large server, the first are listed. */
const MEMBERS_LISTED = 2_000;
/** What is read of a room that nobody opened. */
const QUIET_EVENTS = 60;

export class Parts {
  readonly people: People;
  readonly rooms: Rooms;
  readonly names: RoomNames;
  readonly unread: UnreadBook;
  readonly settings: AccountSettings;
  readonly timelines: Timelines;
  readonly kept: KeptBook;
  readonly typing: Typing;
  readonly answers: Answers;
  readonly follower: Follower;
  readonly calls: Calls;
  readonly files: Files;
  readonly snapshots: LiveSnapshots;
  readonly #options: PartsOptions;
  readonly #context: CallContext;
  readonly #reader: QuietReader;
  /** Those whom only what was kept describes. */
  #unsure: readonly number[] = [];
  #me: Me | undefined;

  constructor(options: PartsOptions) {
    const { clock, present, hub, progress, onDeleted } = options;
    this.#options = options;
    this.rooms = new Rooms(
      (stream) => this.unread.counts(stream),
      (stream) => this.#roomChanged(stream),
    );
    this.names = new RoomNames(this.rooms);
    this.people = new People(
      async (users) => (await present.online.link.request('lookUpUsers', { users })).users,
      (person, isCalledOtherwise) => this.#personChanged(person, isCalledOtherwise),
    );
    this.unread = this.#countUnread();
    this.snapshots = this.#makeSnapshots();
    const people = new PeopleCalls(present, this.people, this.snapshots.presenceBook);
    this.settings = this.#keepSettings(people);
    const viewing = this.#viewing();
    const known = { people: this.people, rooms: this.rooms };
    this.kept = this.#keep();
    this.#reader = this.#readQuietly();
    this.timelines = new Timelines({
      ...{ ...known, present, viewing, clock },
      outbox: options.outbox,
      kept: this.kept,
    });
    const publish = hub.publishTransient.bind(hub);
    const shown = { ...known, present, clock, isBlocked: viewing.isBlocked, publish };
    this.typing = new Typing(shown);
    const isBehind = () => hub.held > EVENTS_HELD_MAX / 8;
    this.answers = new Answers({ ...shown, me: () => this.#who()?.number, isBehind });
    const watcher = this.#watcher();
    this.follower = new Follower({ ...known, clock, hub, progress, describing: viewing, watcher });
    this.#context = this.#makeContext(viewing);
    const context = this.#context;
    this.calls = new Calls({ context, people, settings: this.settings, onDeleted });
    this.files = new Files({ clock, present, hashing: options.hashing, calls: context });
  }

  onPush(push: Push, link: Link): void {
    const { hub } = this.#options;
    switch (push.name) {
      case 'event':
        this.follower.push(push.message);
        break;
      case 'receipts': {
        this.snapshots.receiptsHeard(push.message);
        const receipts = this.rooms.receipts(push.message);
        if (receipts !== undefined) hub.publishTransient(receipts);
        break;
      }
      case 'presenceUpdate': {
        const people = this.calls.people.describe(push.message.people);
        this.snapshots.presenceBook.heard(people);
        hub.publishTransient({ kind: 'presence', people });
        break;
      }
      case 'unreadCounts':
        this.unread.pushed(push.message);
        break;
      case 'typingUpdate':
        this.typing.heard(push.message).then(
          () => this.snapshots.typingHeard(push.message),
          () => {},
        );
        break;
      case 'answerUpdate':
        this.answers.heard(push.message);
        break;
      case 'fileData':
      case 'fileProgress':
      case 'endTransfer':
        this.files.heard(push, link);
    }
  }

  /** `send` is the client's own. */
  assistants(send: SottoClient['send']): AssistantArea {
    const { clock } = this.#options;
    return new AssistantCalls({ context: this.#context, answers: this.answers, clock, send });
  }

  /** Shows what was kept on this device [KEPT-1]. */
  restore(pages: KeptPages): void {
    if (this.#options.keepRecent === undefined) return;
    const me = this.#options.me()?.number;
    const kept = this.kept.restore(pages, me);
    if (kept === undefined || me === undefined) return;
    this.#unsure = kept.users.map(({ number }) => number);
    for (const user of kept.users) this.people.learn(user);
    for (const membership of kept.memberships) {
      const stream = streamOf(membership);
      if (stream === undefined || membership.room === undefined) continue;
      this.unread.stands(stream, membership);
      this.rooms.enter(
        toRoom(membership.room, me, (user) => this.people.named(user)),
        membership,
      );
    }
    this.settings.restore(kept.settings, kept.drafts);
  }

  /** There is a session on a connection. */
  connected(): void {
    this.snapshots.connected();
    this.#reader.connected();
    const unsure = this.#unsure;
    this.#unsure = [];
    this.people.renew(unsure).catch(() => {
      this.#unsure = unsure;
    });
  }

  disconnected(): void {
    this.follower.stop();
    this.#reader.disconnected();
  }

  /** Nothing more is heard of what is under way. */
  stop(reason: Error): void {
    this.files.stop(reason);
    this.answers.stop(reason);
    this.#reader.disconnected();
  }

  /** Another account logs in. */
  reset(): void {
    this.kept.clear();
    this.#unsure = [];
    this.follower.reset();
    this.unread.clear();
    this.settings.reset();
    this.timelines.closeAll();
    this.answers.reset(new ClientClosed());
    this.snapshots.reset();
  }

  /** What follows the log beside the program's own consumers. */
  #watcher(): Watcher {
    return {
      stands: (stream, membership) => {
        this.unread.stands(stream, membership);
        this.kept.stands(stream, membership, this.#options.progress.cursors.get(stream));
        this.snapshots.entered(stream);
      },
      left: (stream) => {
        this.unread.left(stream);
        this.timelines.left(stream);
        this.answers.left(stream);
        this.snapshots.left(stream);
        this.kept.left(stream);
      },
      happened: (entry) => {
        this.settings.happened(entry);
        if (entry.content.case === 'profile') {
          const { user, displayName } = entry.content.value;
          this.people.rename(user || (this.#options.me()?.number ?? 0), displayName);
        }
        this.unread.happened(entry);
        this.#options.outbox.happened(entry, this.#options.me()?.number);
        this.timelines.happened(entry);
        this.answers.happened(entry);
        this.snapshots.happened(entry);
        this.kept.happened(entry, this.#options.me()?.number);
      },
      replaced: () => {
        this.unread.clear();
        this.settings.replaced();
        this.timelines.replaced();
        this.snapshots.replaced();
        this.kept.clear();
      },
    };
  }

  #makeContext(viewing: Viewing): CallContext {
    const { people, rooms, names, follower, timelines } = this;
    const { present, newMessageId, webAddress } = this.#options;
    const shared = { present, people, rooms, names, follower, viewing, timelines, newMessageId, webAddress };
    return { ...shared, userNumber: (user) => numberOf(user, this.calls.people) };
  }

  #keepSettings(people: PeopleCalls): AccountSettings {
    const { present, clock } = this.#options;
    return new AccountSettings({
      present,
      clock,
      room: (name) => this.names.joined(name),
      userNumber: (user) => numberOf(user, people),
      onBlocks: () => this.timelines.touch(),
      onChange: () => {
        this.snapshots.settingsChanged();
        this.kept.changed('settings', 'drafts');
      },
      keep: () => this.kept.flush(),
    });
  }

  #keep(): KeptBook {
    const { clock, store, progress, described, keepRecent } = this.#options;
    const { people, rooms } = this;
    const known = (users: Iterable<number>) => [...users].flatMap((user) => people.get(user) ?? []);
    const account = (): AccountKept => {
      const { saved: settings, unsavedDrafts: drafts } = this.settings;
      return { me: described(), rooms: rooms.list(), people: known, settings, drafts };
    };
    const onBehind = () => this.#reader.wake();
    const kindOf = (stream: StreamId) => rooms.get(stream)?.kind ?? 'private';
    const log = () => progress.log;
    return new KeptBook({ clock, store, log, account, kindOf, onBehind }, keepRecent === true);
  }

  #readQuietly(): QuietReader {
    const { clock, present } = this.#options;
    const { kept, rooms, people } = this;
    const urgency = (stream: StreamId) => rooms.joined(stream)?.unread ?? 0;
    return new QuietReader({
      clock,
      next: (tried) =>
        [...rooms.streams()]
          .sort((one, other) => urgency(other) - urgency(one))
          .find((stream) => !tried.has(stream) && kept.isWanting(stream)),
      read: async (stream) => {
        const asked = { stream, before: 0, limit: QUIET_EVENTS };
        const page = await present.ask(({ link }) => link.request('readHistory', asked));
        // At once: what happens while names are asked for belongs to it.
        if (rooms.has(stream)) kept.readLatest(stream, page);
        await people.ensure([...usersOf(page.events, page.states), ...usersOfNotices(page.events)]);
      },
    });
  }

  #countUnread(): UnreadBook {
    const { present, clock, hub } = this.#options;
    return new UnreadBook({
      present,
      clock,
      me: () => this.#who(),
      room: (stream) => this.rooms.get(stream),
      onMoved: (stream) => this.#roomChanged(stream),
      onChange: (stream, { unread, mentions }) => {
        const room = this.rooms.get(stream);
        if (room !== undefined) hub.publishTransient({ kind: 'unread', room, unread, mentions });
      },
    });
  }

  #makeSnapshots(): LiveSnapshots {
    const { clock, present, connection, described } = this.#options;
    const { rooms, people, names } = this;
    return new LiveSnapshots({
      ...connection,
      ...{ clock, rooms, people, names, me: described },
      settings: () => this.settings,
      watch: () => this.calls.people.watchAgain(),
      readProfiles: (users) => this.calls.account.profiles(users),
      readMembers: (room) => this.calls.rooms.members(room, MEMBERS_LISTED),
      readReceipts: async (stream) =>
        (await present.ask(({ link }) => link.request('readReceipts', { stream }))).receipts,
    });
  }

  #roomChanged(stream: StreamId): void {
    this.snapshots.roomChanged(stream);
    this.kept.changed('rooms');
  }

  #personChanged(person: Person, isCalledOtherwise: boolean): void {
    this.rooms.renamed(person);
    this.kept.changed('people');
    this.snapshots.personChanged(person);
    if (isCalledOtherwise) this.timelines.touch(person.number);
  }

  #viewing(): Viewing {
    const who = () => this.#who();
    return {
      get me() {
        return who();
      },
      named: (user) => this.people.named(user),
      isBlocked: (user) => this.settings.isBlocked(user as UserNumber),
    };
  }

  /** Made anew only when somebody else is logged in. */
  #who(): Me | undefined {
    const me = this.#options.me();
    if (me === undefined) return undefined;
    if (this.#me?.number !== me.number) this.#me = meOf(me.number, me.name);
    return this.#me;
  }
}

/** Rejects with NOT_FOUND. */
async function numberOf(user: Recipient, people: PeopleCalls): Promise<UserNumber> {
  const number = userNumber(user);
  if (number !== undefined) return number;
  const [found] = await people.lookUp([user]);
  if (found === undefined) throw new SottoError(ErrorCode.NOT_FOUND, `user ${user}`);
  return found.number;
}
