/**
 * Every frame type (T7), by the file of the schema that its message is in. A new message is one schema entry, one line in
 * `frames/`, and one handler.
 */
import type { MessageShape } from '@bufbuild/protobuf';
import { accountsFrames } from './frames/accounts.ts';
import { adminFrames } from './frames/admin.ts';
import { assistantsFrames } from './frames/assistants.ts';
import { filesFrames } from './frames/files.ts';
import { messagesFrames } from './frames/messages.ts';
import { moderationFrames } from './frames/moderation.ts';
import { peopleFrames } from './frames/people.ts';
import { profileFrames } from './frames/profile.ts';
import { roomsFrames } from './frames/rooms.ts';
import { securityFrames } from './frames/security.ts';
import { sessionFrames } from './frames/session.ts';
import { streamsFrames } from './frames/streams.ts';

export type { FrameDefinition, Sender } from './frames/definition.ts';

export const frames = {
  ...sessionFrames,
  ...accountsFrames,
  ...streamsFrames,
  ...roomsFrames,
  ...peopleFrames,
  ...messagesFrames,
  ...moderationFrames,
  ...profileFrames,
  ...securityFrames,
  ...adminFrames,
  ...filesFrames,
  ...assistantsFrames,
} as const;

export type FrameName = keyof typeof frames;
export type FrameMessage<Name extends FrameName> = MessageShape<(typeof frames)[Name]['schema']>;

/** Frames that a client sends and the server answers. */
export type RequestName = {
  [Name in FrameName]: (typeof frames)[Name] extends { from: 'client' | 'either'; reply: string }
    ? Name
    : never;
}[FrameName];
export type ReplyName<Name extends RequestName> = (typeof frames)[Name]['reply'] & FrameName;
/** Frames that a client sends and nothing answers. */
export type NoticeName = 'acknowledge' | 'typing' | TransferNotice;
/** Frames that the server sends of its own accord. */
export type PushName =
  | 'event'
  | 'receipts'
  | 'presenceUpdate'
  | 'unreadCounts'
  | 'typingUpdate'
  | 'answerUpdate'
  | TransferNotice;
/** What both sides of a transfer send. */
type TransferNotice = 'fileData' | 'fileProgress' | 'endTransfer';

const byType: ReadonlyMap<number, FrameName> = new Map(
  Object.entries(frames).map(([name, definition]) => [definition.type, name as FrameName]),
);

export const frameName = (type: number): FrameName | undefined => byType.get(type);
