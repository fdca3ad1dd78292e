/**
 * The server without sockets, files or a clock of its own: everything between a transport's connections and a store.
 * `main.ts` gives it real ones; the simulator gives it virtual ones.
 */
import { roomStream, SERVER_DEVICE, type Sequence, type UserNumber } from '@sotto/model';
import type { Clock, Random } from '@sotto/protocol';
import type { Registration as RegistrationMode } from '@sotto/schema';
import type { Accept } from '@sotto/transport';
import { type Accounts, type AccountsOptions, createAccounts } from './accounts/accounts.ts';
import { Blocks } from './accounts/blocks.ts';
import { Deletion } from './accounts/deletion.ts';
import type { DeletedAccounts } from './accounts/policy.ts';
import { Profiles } from './accounts/profiles.ts';
import { AccountSettings } from './accounts/settings.ts';
import { Questions } from './assistants/answers/questions.ts';
import { type AssistantParts, createAssistantParts } from './assistants/parts.ts';
import { createPrompts } from './assistants/prompts/prompts.ts';
import type { OpenProvider } from './assistants/provider.ts';
import type { AssistantSettings } from './assistants/settings.ts';
import { Erasure } from './events/erasure.ts';
import { EventLog } from './events/log.ts';
import type { BlobStore } from './files/blobs.ts';
import type { Patience } from './files/links.ts';
import { createFileParts, type FileParts } from './files/parts.ts';
import type { FileLimits } from './files/usage.ts';
import { Admission } from './gateway/admission.ts';
import { AnswerPushes } from './gateway/answer-pushes.ts';
import { Channels } from './gateway/channels.ts';
import type { ClientConnection } from './gateway/connection.ts';
import { Connections } from './gateway/connections.ts';
import { Gateway, type ServedEndpoint } from './gateway/gateway.ts';
import { granting } from './gateway/granting.ts';
import { accountHandlers } from './gateway/handlers/accounts.ts';
import { adminHandlers } from './gateway/handlers/admin.ts';
import { adminListHandlers } from './gateway/handlers/admin-lists.ts';
import { assistantHandlers } from './gateway/handlers/assistants.ts';
import { fileHandlers } from './gateway/handlers/files.ts';
import { messageChangeHandlers } from './gateway/handlers/message-changes.ts';
import { messageHandlers } from './gateway/handlers/messages.ts';
import { moderationHandlers } from './gateway/handlers/moderation.ts';
import { peopleHandlers } from './gateway/handlers/people.ts';
import { profileHandlers } from './gateway/handlers/profile.ts';
import { roomHandlers } from './gateway/handlers/rooms.ts';
import { searchHandlers } from './gateway/handlers/search.ts';
import { securityHandlers } from './gateway/handlers/security.ts';
import { statusHandlers } from './gateway/handlers/status.ts';
import { streamHandlers } from './gateway/handlers/streams.ts';
import { Health } from './gateway/health.ts';
import { People } from './gateway/people.ts';
import { Proofs } from './gateway/proofs.ts';
import type { HostFacts } from './host.ts';
import { Limits } from './limits/limits.ts';
import { type LimitSettings, viewLimits } from './limits/settings.ts';
import type { Log } from './logging.ts';
import { createMessageParts } from './messages/parts.ts';
import { firstVisible, RoomDirectory, standing } from './rooms/directory.ts';
import { createRoomParts } from './rooms/parts.ts';
import { Presence } from './rooms/presence.ts';
import { Retention } from './rooms/retention.ts';
import { Indexer } from './search/indexer.ts';
import { Search } from './search/search.ts';
import type { Store } from './storage/store.ts';

export interface CoreOptions {
  store: Store;
  clock: Clock;
  random: Random;
  logger: Log;
  /** Name and version for Welcome. */
  agent: string;
  certificateSha256: Uint8Array;
  accounts: Pick<AccountsOptions, 'secret' | 'registration' | 'ownerCode' | 'throttlePolicies'> & {
    /** What becomes of the messages of deleted accounts; by default they are kept. */
    deleted?: DeletedAccounts;
    /** Makes accounts that are there before any other, also before assistants. */
    first?: (accounts: Accounts) => Promise<void>;
  };
  /** None where nothing is said. */
  limits?: LimitSettings;
  /** No files where nothing is said. The core closes `blobs`. */
  files?: { blobs: BlobStore; limits: FileLimits };
  /** No assistants where nothing is said. */
  assistants?: { settings: AssistantSettings; open: OpenProvider };
  /** What the process says of itself; nothing where nothing is said. */
  host?: () => Promise<HostFacts>;
  /** Read for each connection, since ports may be known only after listening. */
  endpoints: () => ServedEndpoint[];
}

export interface Core {
  readonly accounts: Accounts;
  /** Hand this to every transport's listener. */
  readonly accept: Accept;
  /** Answers what browsers ask for; undefined where that is nothing of ours. */
  readonly fetch: (request: Request, patience: Patience) => Promise<Response | undefined>;
  /** Says goodbye to every client, and writes what is pending; the store stays open. */
  stop(): Promise<void>;
}

/** Rejects with AssistantNameError where the assistant cannot be called as configured. */
export async function createCore(options: CoreOptions): Promise<Core> {
  const { store, clock, random, logger, certificateSha256, endpoints } = options;
  const onFailure = (failure: unknown) => logger.error({ err: asError(failure) }, 'background work failed');
  const accounts = await createAccounts({
    ...options.accounts,
    store: store.accounts,
    clock,
    random,
    onFailure,
  });
  await options.accounts.first?.(accounts);
  const incarnation = await store.events.incarnation();
  const now = () => clock.now();

  const directory = new RoomDirectory(store.rooms);
  const erasure = new Erasure({ store: store.events, clock, onFailure });
  // What was erased before the last end may not have left the files.
  erasure.request();
  const indexer = new Indexer({ store: store.search, clock, onFailure, tidied: erasure.request });
  const questions = new Questions({ directory, events: store.events, clock, onFailure });
  const watched = questions.watched(indexer.watched(store.events));
  const log: EventLog = new EventLog(watched, undefined, {
    removed: (room, user) => {
      directory.setMember(room, user, undefined);
      assistants?.answers.left(room, user);
      files?.transfers.changed(roomStream(room));
    },
    // Whoever follows a room that memory does not hold subscribed to it as it was before.
    firstVisible: (room, user) => {
      const state = directory.cached(room);
      return state === undefined ? (1 as Sequence) : firstVisible(state, { number: user });
    },
    erased: () => {
      erasure.request();
      indexer.erased();
    },
    offersChanged: (stream) => {
      files?.transfers.changed(stream);
      files?.upkeep.wake();
    },
  });
  const { accounts: accountStore } = store;
  const blocks = new Blocks(accountStore);
  const profiles = new Profiles({ store: accountStore, log, clock, random, changes: accounts.changes });
  const connections = new Connections(log);
  const presence: Presence<ClientConnection> = new Presence({
    clock,
    lastSeen: (user) => accounts.users.seen(user),
    changed: (changes) => gateway.presenceChanged(changes),
  });
  const people = new People(accounts.users, presence, profiles);
  const mayReach = async (by: UserNumber, user: UserNumber) => !(await blocks.blocks(by, user));
  const shared = { directory, users: accounts.users, log, clock, random, onFailure };
  const ofRooms = createRoomParts({
    ...shared,
    store: store.rooms,
    unread: store.messages,
    mayInvite: mayReach,
  });
  const { rooms, audit, direct } = ofRooms;
  const { online } = presence;
  const ofMessages = createMessageParts({
    ...shared,
    events: store.events,
    messages: store.messages,
    rooms: store.rooms,
    direct,
    online,
    mayWriteTo: mayReach,
    pushUnread: (counts) => gateway.pushUnread(counts),
    pushReceipts: (stream, changed) => gateway.pushReceipts(stream, changed),
  });
  const { history, receipts, receiptReading, sentBefore } = ofMessages;
  const files: FileParts | undefined =
    options.files &&
    createFileParts({
      ...shared,
      ...options.files,
      store: store.files,
      messages: store.messages,
      targets: ofMessages.targets,
      asker: async (user) => {
        const found = await accounts.users.byNumber(user);
        return found === undefined || found.deletedMs > 0 || found.suspendedMs > 0 ? undefined : found;
      },
    });
  const search = new Search({ store: store.search, messages: store.messages, directory, indexer });
  const answerPushes = new AnswerPushes({ connections, directory, clock });
  const assistants: AssistantParts | undefined =
    options.assistants &&
    (await createAssistantParts({
      ...shared,
      ...options.assistants,
      store: store.assistants,
      accounts: accountStore,
      questions,
      messages: ofMessages.messages,
      mayWriteTo: mayReach,
      prompts: createPrompts({
        ...shared,
        settings: options.assistants.settings,
        rooms: store.rooms,
        events: store.events,
        messages: store.messages,
        blocks,
        search,
        downloads: files?.downloads,
      }),
      logger,
      online: (user, isOnline) => (isOnline ? presence.connected(user) : presence.disconnected(user)),
      tell: (answer, news, to) => answerPushes.tell(answer, news, to),
    }));
  const limits = options.limits && new Limits(options.limits, clock);
  const sourceConnections = options.limits?.sourceConnections;
  const admission = limits && new Admission({ limits, sourceConnections, sentBefore, directory, now });
  const registration = await cachedMode(accounts);
  const channels = new Channels(certificateSha256);
  const accountSettings = new AccountSettings({
    store: accountStore,
    log,
    clock,
    random,
    blocks,
    isMember: async (user, room) => {
      const state = await directory.find(room);
      return state !== undefined && standing(state, user) !== 'none';
    },
  });
  const deletion = new Deletion({
    store: accountStore,
    clock,
    changes: accounts.changes,
    policy: options.accounts.deleted ?? 'keep',
    leaveAll: async (user) => void (await rooms.leaveAll({ user, device: SERVER_DEVICE })),
    erase: (stream, sequences) => log.eraseContents(stream, sequences),
    erased: () => {
      erasure.request();
      files?.upkeep.wake();
    },
    idle: () => log.idle(),
    onFailure,
  });

  const proofs = new Proofs(now);
  const health = new Health({
    agent: options.agent,
    now,
    endpoints,
    connections,
    presence,
    log,
    accountCount: () => accountStore.userCount(),
    files: async () => ({
      fileBytes: await store.files.usedByAll(),
      freeBytes: (await options.files?.blobs.freeBytes()) ?? 0,
    }),
    answers: () => assistants?.answers.counts ?? { writing: 0, waiting: 0 },
    refusedTimes: () => limits?.refusedTimes ?? 0,
    host: options.host ?? (async () => NO_HOST),
  });

  const gateway = new Gateway({
    agent: options.agent,
    certificateSha256,
    endpoints,
    registration: registration.current,
    connections,
    log,
    directory,
    presence,
    answers: answerPushes,
    people,
    clock,
    random,
    logger,
    admission,
    handlers: {
      ...accountHandlers({
        accounts,
        grant: granting({ rooms, presence, connections, incarnation, endpoints }),
        connections,
        channels,
        now,
        registered: registration.refresh,
      }),
      ...statusHandlers(now),
      ...streamHandlers({ log, history, receipts, receiptReading, incarnation }),
      ...roomHandlers({ rooms, people, now }),
      ...messageHandlers(ofMessages.messages, rooms),
      ...peopleHandlers({ people, presence }),
      ...messageChangeHandlers(ofMessages),
      ...fileHandlers(files),
      ...assistantHandlers({ parts: assistants, pushes: answerPushes, directory, now }),
      ...searchHandlers({ search, directory, now }),
      ...moderationHandlers({ ...ofRooms, people }),
      ...profileHandlers({ profiles, settings: accountSettings, users: accounts.users }),
      ...securityHandlers({ accounts, deletion, connections, channels, proofs, onFailure }),
      ...adminHandlers({
        administration: accounts.administration,
        deletion,
        proofs,
        people,
        refused: () => limits?.refused() ?? [],
        limits: viewLimits(options.limits),
        health,
        onFailure,
      }),
      ...adminListHandlers({
        accounts,
        people,
        online,
        connections,
        usedBy: (user) => store.files.usedBy(user),
        serverRooms: ofRooms.serverRooms,
        registration: registration.current,
        now,
      }),
    },
  });
  const retention = new Retention({
    store: store.rooms,
    events: store.events,
    log,
    alsoSweep: () => audit.sweep(),
    clock,
    onFailure,
  });
  const stopWatching = accounts.sessions.watchRevocations(gateway.endSessions);
  const stopRefreshing = accounts.changes.watch((changed, news) => {
    for (const { number, deletedMs } of news) if (deletedMs > 0) accounts.users.forget(number);
    gateway.refreshUsers(changed);
    assistants?.usersChanged(changed);
    for (const { number } of news) presence.changed(number);
    if (news.some(({ deletedMs }) => deletedMs > 0)) void deletion.sweep();
  });
  void deletion.sweep();
  files?.upkeep.start();

  return {
    accounts,
    accept: gateway.accept,
    fetch: async (request, patience) => files?.links.fetch(request, patience),
    stop: async () => {
      stopWatching();
      stopRefreshing();
      // Those who are here hear how far it got.
      await assistants?.stop().catch(onFailure);
      answerPushes.stop();
      gateway.stop();
      presence.stop();
      await files?.stop().catch(onFailure);
      await retention.stop();
      await deletion.stop();
      await log.idle();
      await indexer.stop();
      await erasure.stop();
      // What storage no longer takes must not keep the server from stopping.
      await receipts.stop().catch(onFailure);
      await accounts.close().catch(onFailure);
    },
  };
}

/** What Welcome says of registration: it changes only when the first account is made. */
async function cachedMode(accounts: Accounts) {
  let mode: RegistrationMode = await accounts.registration.mode();
  return {
    current: () => mode,
    refresh: async () => {
      mode = await accounts.registration.mode();
    },
  };
}

const NO_HOST: HostFacts = { runtime: '', memoryBytes: 0, processorMs: 0, databaseBytes: 0 };

const asError = (failure: unknown): Error =>
  failure instanceof Error ? failure : new Error(String(failure));
