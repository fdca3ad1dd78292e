/** The tables as Kysely sees them. Booleans are 0 or 1; times are milliseconds since 1970. */
import type {
  AssistantAccess,
  DeviceNumber,
  HistoryAccess,
  RoomKind,
  RoomNumber,
  RoomRole,
  Sequence,
  SessionId,
  StreamId,
  UserNumber,
  UserUuid,
} from '@sotto/model';
import type { EventKind, FileAnswer, Role } from '@sotto/schema';
import type { ProviderKind, UsageSubject } from '../assistants/store.ts';

export type Flag = 0 | 1;

/** What numbers are given out for; see `nextNumber`. */
export type Numbered = 'user' | 'device' | 'room' | 'roomInvite' | 'audit' | 'token';

export interface Tables {
  /** One row. */
  log: { id: 1; incarnation: string };
  numbers: { name: Numbered; last: number };

  streams: { stream: StreamId; head: Sequence; first_kept: Sequence; epoch: number };
  /** Envelopes. */
  events: {
    stream: StreamId;
    sequence: Sequence;
    kind: EventKind;
    sender: UserNumber;
    device: DeviceNumber;
    time_ms: number;
    relates_to: number;
    counts_unread: Flag;
    thread: number;
    role: Role;
    digest: Uint8Array;
    client_message_id: Uint8Array | null;
  };
  /** No row for an event whose content is erased. */
  event_contents: { stream: StreamId; sequence: Sequence; salt: Uint8Array; content: Uint8Array };
  /** Kept for ever, whatever happens to the event. */
  accepted_messages: {
    stream: StreamId;
    sender: UserNumber;
    client_message_id: Uint8Array;
    sequence: Sequence;
    time_ms: number;
  };

  rooms: {
    number: RoomNumber;
    stream: StreamId;
    kind: RoomKind;
    /** 1 for rooms that everybody sees: the lobby and public ones. */
    listed: Flag;
    name: string;
    name_key: string | null;
    name_skeleton: string | null;
    direct_low: UserNumber | null;
    direct_high: UserNumber | null;
    created_ms: number;
    topic: string;
    slow_mode_seconds: number;
    retention_days: number;
    archived: Flag;
    history: HistoryAccess;
    assistants: AssistantAccess;
    assistant_instructions: string;
  };
  /** `since`: the sequence of the event that brought the member in, the last time. */
  room_members: { room: RoomNumber; user: UserNumber; role: RoomRole; joined_ms: number; since: Sequence };
  /** What has become of messages; rows only of those that something has become of. 0 stands for "not". */
  message_states: {
    stream: StreamId;
    target: Sequence;
    edit_sequence: number;
    edits: number;
    deleted_by: number;
    deleted_ms: number;
    pinned_by: number;
    pinned_ms: number;
    replies: number;
    last_reply: number;
    last_reply_ms: number;
    file_answer: FileAnswer;
  };
  message_edits: { stream: StreamId; target: Sequence; sequence: Sequence };
  thread_messages: { stream: StreamId; root: Sequence; sequence: Sequence };
  /** `sequence`: of the event that added it. */
  reactions: { stream: StreamId; target: Sequence; emoji: string; user: UserNumber; sequence: Sequence };
  /** User 0 is everyone in the room. `sent`: by the text as it was sent; `shown`: by the text as it is. */
  mentions: {
    user: UserNumber;
    stream: StreamId;
    sequence: Sequence;
    time_ms: number;
    sent: Flag;
    shown: Flag;
  };
  room_sanctions: {
    room: RoomNumber;
    user: UserNumber;
    kind: 'ban' | 'mute';
    until_ms: number;
    by_user: UserNumber;
    at_ms: number;
    reason: string;
  };
  /** Invite links. `uses_left` -1: as often as wanted. */
  room_invites: {
    id: number;
    room: RoomNumber;
    code_hash: Uint8Array;
    role: RoomRole;
    uses_left: number;
    expires_ms: number;
    created_ms: number;
    by_user: UserNumber;
  };
  invitations: { user: UserNumber; room: RoomNumber; by_user: UserNumber; at_ms: number };
  audit: {
    id: number;
    at_ms: number;
    actor: UserNumber;
    target: UserNumber;
    room: RoomNumber | null;
    action: string;
    detail: string;
  };
  /** Messages that search finds; `id` grows with the time they were sent. Their words are each database's own matter. */
  search_messages: {
    id: number;
    stream: StreamId;
    sequence: Sequence;
    sender: UserNumber;
    has_link: Flag;
    has_file: Flag;
  };
  search_positions: { stream: StreamId; indexed: Sequence };
  search_upkeep: { id: 1; untidy: Flag };
  /** Finished ones wait to be offered. */
  uploads: { user: UserNumber; sha256: Uint8Array; size_bytes: number; finished: Flag; expires_ms: number };
  /** `unreferenced`: no message offers it and no finished upload waits with it. Kept with each of these rows that comes or goes. */
  stored_files: { sha256: Uint8Array; size_bytes: number; unreferenced: Flag };
  /** Messages that offer a stored file; none of those that do so no more, or have it within them. `user` sent it. */
  message_files: {
    stream: StreamId;
    sequence: Sequence;
    sha256: Uint8Array;
    size_bytes: number;
    user: UserNumber;
  };
  /** A user's cursor is the largest of its devices; device 0 is where the user started. */
  progress: {
    stream: StreamId;
    user: UserNumber;
    device: DeviceNumber;
    delivered: Sequence;
    read_to: Sequence;
  };

  users: {
    number: UserNumber;
    uuid: UserUuid;
    name: string;
    name_key: string;
    name_skeleton: string;
    owner: Flag;
    registration_record: Uint8Array;
    created_ms: number;
    administrator: Flag;
    suspended_ms: number;
    deleted_ms: number;
    /** Null where the client gave none. */
    sealed_backup_key: Uint8Array | null;
    suspend_reason: string;
    /** When what others, or live connections, see of the account last changed. */
    changed_ms: number;
    /** Of a deleted account: it is in rooms still; its messages are still to be erased. */
    must_leave: Flag;
    must_erase: Flag;
    /** Nobody logs in to it: its registration record is empty. */
    assistant: Flag;
  };
  profiles: {
    user: UserNumber;
    display_name: string;
    /** Null where there is no display name. */
    display_skeleton: string | null;
    about: string;
    status_text: string;
    status_emoji: string;
    time_zone: string;
    status_until_ms: number;
  };
  /** `sequence`: of the inbox event that said so. */
  account_settings: { user: UserNumber; setting_key: string; value: Uint8Array; sequence: Sequence };
  /** `confirmed_ms` 0: not in use yet. `last_step`: the last one that was used. */
  second_factors: {
    user: UserNumber;
    sealed_secret: Uint8Array;
    created_ms: number;
    confirmed_ms: number;
    last_step: number;
  };
  recovery_codes: { user: UserNumber; code_hash: Uint8Array };
  /** Scopes separated by blanks; `expires_ms` 0: never. */
  api_tokens: {
    id: number;
    user: UserNumber;
    name: string;
    scopes: string;
    token_hash: Uint8Array;
    created_ms: number;
    last_used_ms: number;
    expires_ms: number;
  };
  account_recoveries: {
    user: UserNumber;
    code_hash: Uint8Array;
    expires_ms: number;
    keep_factor: Flag;
  };
  /** Apart from users, since it changes all the time. */
  last_seen: { user: UserNumber; at_ms: number };
  devices: {
    number: DeviceNumber;
    user: UserNumber;
    device_key: Uint8Array;
    name: string;
    created_ms: number;
  };
  sessions: {
    id: SessionId;
    user: UserNumber;
    device: DeviceNumber;
    agent: string;
    generation: number;
    token_hash: Uint8Array;
    previous_token_hash: Uint8Array | null;
    created_ms: number;
    last_seen_ms: number;
    revoked_ms: number;
    /** The API token it was begun with; 0 for a password. */
    token: number;
  };
  invites: { code_hash: Uint8Array; uses_left: number; expires_ms: number; created_ms: number };
  throttles: { throttle_key: string; failures: number; not_before_ms: number; updated_ms: number };
  /** Null: as the server's configuration has it. `disabled_ms`: 0, or since when it answers nobody. */
  assistants: {
    user: UserNumber;
    provider: ProviderKind | null;
    url: string | null;
    key_variable: string | null;
    model: string | null;
    prompt: string | null;
    disabled_ms: number;
    created_ms: number;
  };
  /** Of days since 1970 (UTC). `number`: of the account, room or assistant; 0 for the whole server. */
  assistant_usage: {
    day: number;
    kind: UsageSubject['kind'];
    number: number;
    requests: number;
    tokens: number;
  };
}
