/** Limits that both sides know, so that a client can say "too long" before it asks. Sizes in bytes of UTF-8 unless named otherwise. */
export const MESSAGE_MAX_BYTES = 16 * 1024;
export const NAME_MAX_CHARACTERS = 32;
export const DEVICE_NAME_MAX_BYTES = 64;
export const AGENT_MAX_BYTES = 64;
export const CLIENT_MESSAGE_ID_BYTES = 16;
/** Recipients of one message to a list. */
export const RECIPIENTS_MAX = 50;
/** Entries of a page of rooms, members, people or history, and users whose presence is watched. */
export const PAGE_MAX = 200;
/** Streams one connection may follow, and rooms one account may be in: as many as SessionGranted can name in one frame. */
export const SUBSCRIPTIONS_MAX = 750;
/** A session's generation counts its takeovers; on the wire it is a uint32. */
export const GENERATION_MAX = 2 ** 32 - 1;
/** How far above the present generation a Resume may name one: far more than attempts without an answer. */
export const GENERATION_STEP_MAX = 2 ** 20;
/** Rooms with more members than this page their receipts instead of having them pushed. */
export const RECEIPTS_PUSH_MAX_MEMBERS = 100;
/** Of a room, in characters. */
export const TOPIC_MAX_CHARACTERS = 250;
export const SLOW_MODE_MAX_SECONDS = 6 * 60 * 60;
export const RETENTION_MAX_DAYS = 10_000;
/** Of a kick, ban or mute, in characters. */
export const REASON_MAX_CHARACTERS = 200;
/** Different emoji on one message. */
export const EMOJI_PER_MESSAGE_MAX = 50;
/** Reactions on one message. */
export const REACTIONS_PER_MESSAGE_MAX = 1_000;
export const PINS_MAX = 50;
/** Of one message. */
export const EDITS_MAX = 1_000;
/** Users that one message notifies by name. */
export const MENTIONS_MAX = 50;
/** Unread messages and mentions are counted up to this, which then means "or more". */
export const UNREAD_MAX = 1_000;
export const SEARCH_PAGE_MAX = 100;
export const SEARCH_QUERY_MAX_BYTES = 512;
/** Followers of a room beyond which nobody is told who is typing. */
export const TYPING_MAX_FOLLOWERS = 200;
/** How long one says "is typing", and how often it is said again. */
export const TYPING_HOLDS_MS = 6_000;
export const TYPING_REPEAT_MS = 3_000;
export const DISPLAY_NAME_MAX_CHARACTERS = 64;
export const ABOUT_MAX_CHARACTERS = 500;
export const STATUS_MAX_CHARACTERS = 100;
/** Pieces of state that one account keeps. */
export const SETTINGS_MAX = 4_000;
/** What sealed a backup key takes at most. */
export const SEALED_BACKUP_KEY_MAX_BYTES = 256;
/** How long a proof of the password holds. */
export const PROOF_HOLDS_MS = 5 * 60_000;
/** Who is banned from a room, or muted in it, at one time. */
export const SANCTIONS_MAX = 1_000;
/** Personal invitations into rooms that one account has not answered. */
export const INVITATIONS_MAX = 200;
/** Invite links of one room that can still be used. */
export const ROOM_INVITES_MAX = 100;
export const ROOM_INVITE_USES_MAX = 1_000;
export const ROOM_INVITE_LIFETIME_MAX_MS = 365 * 24 * 60 * 60_000;
/** When what has no end ends, where 0 means that there is nothing: the furthest moment that a Date can hold. */
export const FOREVER_MS = 8.64e15;
/** What is hashed by itself; offsets of transfers begin at multiples of it. */
export const FILE_CHUNK_BYTES = 64 * 1024;
/** Files up to this are in the message itself. */
export const FILE_INLINE_MAX_BYTES = 32 * 1024;
/** Content of a message with a file: what is inline, its preview, and what is said about it. */
export const FILE_MESSAGE_MAX_BYTES = 64 * 1024;
export const FILE_NAME_MAX_BYTES = 255;
export const MEDIA_TYPE_MAX_BYTES = 127;
export const FILE_PREVIEW_MAX_BYTES = 12 * 1024;
export const PREVIEW_TEXT_MAX_BYTES = 1024;
/** Of each side of a thumbnail. */
export const THUMBNAIL_MAX_PIXELS = 256;
/** Transfers of one connection at a time. */
export const TRANSFERS_MAX = 32;
/** Uploads of one account that are neither finished nor given up. */
export const UPLOADS_MAX = 64;
/** How long an upload is kept that nobody goes on with, or whose file nobody offers. */
export const UPLOAD_KEPT_MS = 24 * 60 * 60_000;
/** What moderators of a room tell its assistants. */
export const ASSISTANT_INSTRUCTIONS_MAX_CHARACTERS = 1_000;
/** Of a question over all rooms. */
export const ASSISTANT_SEARCH_MAX_CHARACTERS = 1_000;
/** A language in words. */
export const LANGUAGE_MAX_CHARACTERS = 40;
/** Rooms whose answers one connection is told of while they are written. */
export const WATCHED_ANSWERS_MAX = 16;
/** How long the end of a private answer can be asked for again. */
export const PRIVATE_ANSWER_KEPT_MS = 60_000;
/** How long a link for a browser can be used. */
export const FILE_LINK_LIFETIME_MS = 60_000;
