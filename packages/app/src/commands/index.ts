/** Commands that start with a slash: one table for every client that people type into. */

export * from '../words/sanitize.ts';
export * from './emoji-names.ts';
export type * from './groups/account.ts';
export type * from './groups/admin.ts';
export type * from './groups/assistants.ts';
export type * from './groups/files.ts';
export * from './groups/finding.ts';
export type * from './groups/invites.ts';
export type * from './groups/messages.ts';
export type * from './groups/moderation.ts';
export type * from './groups/program.ts';
export type * from './groups/rooms.ts';
export type * from './groups/security.ts';
export * from './meant.ts';
export * from './parse/message-ref.ts';
export * from './parse/names.ts';
export * from './parse/path-word.ts';
export * from './parse/since.ts';
export * from './parse/slash.ts';
export * from './parse/values.ts';
export * from './request.ts';
export * from './slash.ts';
export * from './table.ts';
export * from './typing.ts';
