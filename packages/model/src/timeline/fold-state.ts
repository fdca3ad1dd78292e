/** What a server's tables must come to [VIEW-2]: the state of a message from the events themselves. */
import { create, toBinary } from '@bufbuild/protobuf';
import { ContentSchema, FileAnswer, type MessageState, MessageStateSchema } from '@sotto/schema';
import type { SaidContent, TimelineEvent } from './event.ts';
import type { Reader } from './fold.ts';
import { Timeline } from './timeline.ts';

/**
 * The state of `target` as of `asOf`, from all events of the stream up to it; later ones are not looked at. undefined where
 * nothing has happened to it, or where it is no message.
 */
export function foldState(
  events: readonly TimelineEvent[],
  target: number,
  asOf: number,
  reader: Reader,
): MessageState | undefined {
  const timeline = new Timeline(reader);
  timeline.add(events.filter(({ sequence }) => sequence <= asOf));
  return timelineState(timeline, target, asOf);
}

/** As `foldState`, from a timeline that holds all events up to `asOf` and no later ones. */
export function timelineState(timeline: Timeline, target: number, asOf: number): MessageState | undefined {
  const view = timeline.view(target);
  const folded = timeline.folded(target);
  if (view === undefined || folded === undefined) return undefined;
  const { edit, edits, deleted, pinned, reactions, fileAnswer } = folded;
  const { replies, lastReply } = view;
  const isUntouched = !edit && !deleted && !pinned && !lastReply && !fileAnswer && reactions.length === 0;
  if (isUntouched) return undefined;
  return create(MessageStateSchema, {
    target,
    asOf,
    ...(edit && { edit: { ...edit, content: encode(edit.content) } }),
    edits,
    deletedBy: deleted?.by ?? 0,
    deletedMs: deleted?.at ?? 0,
    pinned,
    reactions: [...reactions],
    replies,
    lastReply: lastReply?.sequence ?? 0,
    lastReplyMs: lastReply?.timeMs ?? 0,
    fileAnswer: fileAnswer === undefined ? FileAnswer.UNSPECIFIED : ANSWERS[fileAnswer],
  });
}

const ANSWERS = { accepted: FileAnswer.ACCEPTED, declined: FileAnswer.DECLINED };

/** Sealed bytes are not kept by the fold; what stands for them is sealed as well. */
function encode(content: SaidContent): Uint8Array {
  switch (content.kind) {
    case 'text':
      return toBinary(
        ContentSchema,
        create(ContentSchema, { content: { case: 'plain', value: content.text } }),
      );
    case 'sealed':
      return toBinary(
        ContentSchema,
        create(ContentSchema, { content: { case: 'sealed', value: Uint8Array.of(0) } }),
      );
    case 'emoji':
    case 'erased':
    case 'none':
      return new Uint8Array();
  }
}
