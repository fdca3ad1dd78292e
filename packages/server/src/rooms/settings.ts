/** What a room is like, and changing that (M10). */
import {
  type AssistantAccess,
  checkRoomSettings,
  type RoomAction,
  type RoomKind,
  type RoomSettingsFields,
} from '@sotto/model';
import { nameSkeleton } from '@sotto/model/names-skeleton';
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode, type RoomReference } from '@sotto/schema';
import type { RoomChange, RoomSettings } from '../events/store.ts';
import { type Actor, type RoomChanges, together } from './changes.ts';
import { describeSettings, readAssistants, readHistory, readKind } from './describe.ts';
import type { RoomDesk } from './desk.ts';
import { type Asker, authorize, held, type RoomState, standing } from './directory.ts';
import type { ParseName, RoomFinder } from './finder.ts';
import type { RoomRecord, RoomStore, SanctionRecord } from './store.ts';

export interface SettingsOptions {
  store: Pick<RoomStore, 'memberCount' | 'roomByName'>;
  finder: RoomFinder;
  desk: RoomDesk;
  changes: RoomChanges;
  clock: Clock;
  parseName: ParseName;
}

/** What each field needs [ADJUST-1]. */
const NEEDS = {
  topic: 'setTopic',
  slowModeSeconds: 'setSlowMode',
  retentionDays: 'setRetention',
  archived: 'archive',
  kind: 'changeRoom',
  history: 'changeRoom',
  name: 'changeRoom',
  assistants: 'setAssistants',
  assistantInstructions: 'setAssistants',
} as const satisfies Record<keyof RoomSettingsFields, RoomAction>;
const FIELDS = Object.keys(NEEDS) as (keyof typeof NEEDS)[];

export interface RoomView {
  state: RoomState;
  members: number;
  standing: ReturnType<typeof standing>;
  mute: SanctionRecord | undefined;
}

export class Settings {
  readonly #options: SettingsOptions;

  constructor(options: SettingsOptions) {
    this.#options = options;
  }

  async read(user: Asker, reference: RoomReference | undefined): Promise<RoomView> {
    return this.#view(await this.#options.finder.resolve(reference, user), user);
  }

  /** Only what is present, and not so already, changes. */
  async change(
    actor: Actor,
    reference: RoomReference | undefined,
    wanted: RoomSettingsFields,
  ): Promise<RoomView> {
    const { finder, desk, clock } = this.#options;
    const { record } = await finder.resolve(reference, actor.user);
    const fields = FIELDS.filter((field) => wanted[field] !== undefined);
    return desk.change(record.number, async (state) => {
      authorize(state, actor.user, 'see', clock.now());
      for (const field of fields) authorize(state, actor.user, NEEDS[field], clock.now());
      await this.#apply(state, actor, this.#checked(wanted));
      return this.#view(state, actor.user);
    });
  }

  #checked(wanted: RoomSettingsFields): RoomSettingsFields {
    const { name } = wanted;
    // Which says what is wrong with it in its own way.
    if (name !== undefined) this.#options.parseName(name);
    const reading = checkRoomSettings(wanted);
    if (reading.kind === 'invalid') throw new SottoError(ErrorCode.ARGUMENT_INVALID, reading.reason);
    return reading.settings;
  }

  async #apply(state: RoomState, actor: Actor, wanted: RoomSettingsFields): Promise<void> {
    const { desk, changes } = this.#options;
    const { record } = state;
    const present = describeSettings(record);
    const changed: RoomSettingsFields = Object.fromEntries(
      FIELDS.filter((field) => wanted[field] !== undefined && wanted[field] !== present[field]).map(
        (field) => [field, wanted[field]],
      ),
    );
    if (Object.keys(changed).length === 0) return;
    const { change, becomes } = this.#becoming(record, changed);
    await this.#checkName(change, becomes);
    const doer = { ...actor, standing: standing(state, actor.user) };
    const append = together(
      changes.changed(record, doer, changed, change),
      changes.audited(actor.user, record, 'room.changed', { detail: inWords(changed, becomes) }),
    );
    const result = await desk.append(state, append, {
      atOnce: (room) => {
        room.record = withoutGrants(record, becomes);
      },
      afterwards: (room) => {
        room.record = becomes;
      },
    });
    if (result.kind === 'roomExists') throw nameTaken(becomes);
  }

  /** Before anything is done; the log is sure, but undoing takes reading the room anew. */
  async #checkName({ nameKey }: { nameKey?: string }, becomes: RoomRecord): Promise<void> {
    const taken = nameKey === undefined ? undefined : await this.#options.store.roomByName(nameKey);
    if (taken !== undefined && taken.number !== becomes.number) throw nameTaken(becomes);
  }

  #becoming(record: RoomRecord, changed: RoomSettingsFields) {
    const { topic, slowModeSeconds, retentionDays, archived, name, assistantInstructions } = changed;
    const roomKind = changed.kind === undefined ? undefined : readKind(changed.kind);
    const history = changed.history === undefined ? undefined : readHistory(changed.history);
    const assistants = changed.assistants === undefined ? undefined : readAssistants(changed.assistants);
    const settings: Partial<RoomSettings> = {
      ...(topic !== undefined && { topic }),
      ...(slowModeSeconds !== undefined && { slowModeSeconds }),
      ...(retentionDays !== undefined && { retentionDays }),
      ...(archived !== undefined && { archived }),
      ...(history !== undefined && { history }),
      ...(assistants !== undefined && { assistants }),
      ...(assistantInstructions !== undefined && { assistantInstructions }),
    };
    const { number: room } = record;
    const change: Extract<RoomChange, { kind: 'roomChanged' }> = {
      kind: 'roomChanged',
      room,
      settings,
      ...(roomKind && { roomKind }),
      ...(name !== undefined && {
        name,
        nameKey: this.#options.parseName(name).key,
        nameSkeleton: nameSkeleton(name),
      }),
    };
    const kind: RoomKind = roomKind ?? record.kind;
    const becomes = {
      ...record,
      kind,
      name: name ?? record.name,
      settings: { ...record.settings, ...settings },
    };
    return { change, becomes };
  }

  async #view(state: RoomState, user: Asker): Promise<RoomView> {
    const { store, clock } = this.#options;
    const members = await store.memberCount(state.record.number);
    const mute = held(state.mutes.get(user.number), clock.now());
    return { state, members, standing: standing(state, user), mute };
  }
}

/** The room as it was, but for what `becomes` forbids. */
function withoutGrants(record: RoomRecord, becomes: RoomRecord): RoomRecord {
  const grants = record.kind === 'announcement' || becomes.kind === 'public';
  const archived = record.settings.archived || becomes.settings.archived;
  const assistants = lessOf(record.settings.assistants, becomes.settings.assistants);
  const settings = { ...record.settings, archived, assistants };
  return { ...record, kind: grants ? record.kind : becomes.kind, settings };
}

/** What lets assistants do less. */
function lessOf(one: AssistantAccess, other: AssistantAccess): AssistantAccess {
  if (one === 'allowed') return other;
  return other === 'forbidden' ? other : one;
}

const nameTaken = ({ name }: RoomRecord) => new SottoError(ErrorCode.NAME_TAKEN, `#${name}`);

/** What changed, and what it is now; not the topic and the instructions, which are somebody's text. */
function inWords(changed: RoomSettingsFields, { kind, name, settings }: RoomRecord): string {
  const words: Record<keyof RoomSettingsFields, string> = {
    topic: 'topic',
    kind: `kind ${kind}`,
    slowModeSeconds:
      settings.slowModeSeconds === 0 ? 'slow mode off' : `slow mode ${settings.slowModeSeconds} s`,
    retentionDays:
      settings.retentionDays === 0 ? 'kept for ever' : `retention ${settings.retentionDays} days`,
    archived: settings.archived ? 'archived' : 'out of the archive',
    history: settings.history === 'all' ? 'history all' : 'history since joined',
    name: `name ${name}`,
    assistants: `assistants ${settings.assistants}`,
    assistantInstructions: 'assistant instructions',
  };
  const fields = FIELDS.filter((field) => changed[field] !== undefined);
  return fields.map((field) => words[field]).join(', ');
}
