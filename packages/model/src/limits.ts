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
