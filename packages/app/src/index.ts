/** What the clients that people use share: state, rows of conversations, keys. No DOM, no framework. */
export { createStore } from './app-store.ts';
export type * from './conversation/conversation.ts';
export type * from './conversation/items.ts';
export type * from './conversation/thread.ts';
export { derived, readable } from './derived.ts';
export type { AppClock } from './gathered.ts';
export type * from './kept-transfers.ts';
export * from './keys.ts';
export type { Removal } from './rooms/removals.ts';
export * from './rooms/rights.ts';
export { type Readable, Slice } from './slice.ts';
export * from './store.ts';
export type * from './transfers.ts';
export * from './words/errors.ts';
export * from './words/moments.ts';
export * from './words/notices.ts';
export * from './writing/command-line.ts';
export * from './writing/complete.ts';
