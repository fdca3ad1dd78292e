/** Messages as they are now, without those that are nobody's to tell [PROMPT-4]. */
import type { Sequence, StreamId, UserNumber } from '@sotto/model';
import { EventKind, type FileOffer } from '@sotto/schema';
import { readContent } from '../../events/content.ts';
import type { StoredEvent } from '../../events/store.ts';
import { READ_MAX_BYTES } from '../../fitting.ts';
import type { MessageStateRecord } from '../../messages/store.ts';
import type { Asking } from './access.ts';
import type { Told } from './prompt.ts';
import type { PromptsOptions } from './prompts.ts';

/** Events of one read, and states of one. */
const PAGE = 200;
/** What one prompt may cost, whatever its budget of tokens is. */
const READS_MAX = 5;
const MESSAGES_MAX = 400;
/** No token is made of more bytes than this, as we count them. */
const BYTES_OF_TOKEN = 8;

/** What a message says, of which nobody has judged yet whether it is told. */
export interface Said {
  event: StoredEvent;
  text: string;
  offer: FileOffer | undefined;
}

/** With the name of who says it. */
export type Spoken = Said & { from: string };

export interface Span {
  /** 0: from the end. */
  before: number;
  after: number;
}

/** Messages in a span, the newest first, as far back as one prompt looks. */
export async function readBack(
  { events, settings }: PromptsOptions,
  stream: StreamId,
  { before, after }: Span,
): Promise<{ found: readonly StoredEvent[]; isMore: boolean }> {
  const bytesMax = settings.contextTokens * BYTES_OF_TOKEN;
  const found: StoredEvent[] = [];
  let bytes = 0;
  let next = before;
  for (let reads = 0; reads < READS_MAX && found.length < MESSAGES_MAX && bytes < bytesMax; reads++) {
    const page = await events.readBefore(stream, next as Sequence, PAGE, READ_MAX_BYTES);
    const [first] = page;
    for (const event of page.toReversed()) {
      if (event.sequence <= after) return { found, isMore: false };
      if (!isMessage(event)) continue;
      found.push(event);
      bytes += textLength(event);
    }
    if (first === undefined || first.sequence <= 1) return { found, isMore: false };
    next = first.sequence;
  }
  return { found, isMore: next - 1 > after };
}

/** Without the file that it may have in it. */
function textLength({ content }: StoredEvent): number {
  const body = readContent(content);
  return body.case === 'file' ? body.value.text.length : content.length;
}

export const isMessage = ({ kind, content }: StoredEvent): boolean =>
  kind === EventKind.MESSAGE && content.length > 0;

/**
 * By key, without what was deleted or is sealed, and without what the asker or the assistant is not to hear of. What has
 * become of messages is read last of all.
 */
export async function current(
  options: PromptsOptions,
  asking: Asking,
  events: readonly StoredEvent[],
): Promise<ReadonlyMap<string, Spoken>> {
  const messages = [...new Map(events.filter(isMessage).map((event) => [keyOf(event), event])).values()];
  const names = await audible(options, asking, new Set(messages.map(({ sender }) => sender)));
  const states = await statesOf(options, asking.asker.number, messages);
  const said = messages.flatMap((event) => {
    const from = names.get(event.sender);
    const what = from === undefined ? undefined : asItIs(event, states.get(keyOf(event)));
    return from === undefined || what === undefined ? [] : [[keyOf(event), { ...what, from }] as const];
  });
  return new Map(said);
}

export const keyOf = ({ stream, sequence }: { stream: StreamId; sequence: number }): string =>
  `${stream} ${sequence}`;

/** Names of those of whom something may be told. */
async function audible(
  { users, blocks }: PromptsOptions,
  { asker, assistant }: Asking,
  senders: ReadonlySet<UserNumber>,
): Promise<ReadonlyMap<UserNumber, string>> {
  const heard = await Promise.all(
    [...senders].map(async (sender) => {
      const blocked = await Promise.all([
        blocks.blocks(sender, asker.number),
        blocks.blocks(assistant.number, sender),
      ]);
      return blocked.includes(true) ? [] : [sender];
    }),
  );
  const found = await users.byNumbers(heard.flat());
  return new Map(found.map(({ number, name }) => [number, name]));
}

async function statesOf(
  { messages }: PromptsOptions,
  asker: UserNumber,
  events: readonly StoredEvent[],
): Promise<ReadonlyMap<string, MessageStateRecord>> {
  const states = new Map<string, MessageStateRecord>();
  for (const [stream, ofStream] of Map.groupBy(events, (event) => event.stream)) {
    for (let from = 0; from < ofStream.length; from += PAGE) {
      const targets = ofStream.slice(from, from + PAGE).map(({ sequence }) => sequence);
      for (const state of await messages.states(stream, targets, asker))
        states.set(keyOf({ stream, sequence: state.target }), state);
    }
  }
  return states;
}

/** Undefined where nothing is left of it, or nobody here can read it. */
function asItIs(event: StoredEvent, state: MessageStateRecord | undefined): Said | undefined {
  if (state !== undefined && state.deletedMs > 0) return undefined;
  const body = readContent(event.content);
  const edited = state?.edit && readContent(state.edit.content);
  if (edited !== undefined && edited.case !== 'plain') return undefined;
  switch (body.case) {
    case 'plain':
      return { event, text: edited?.value ?? body.value, offer: undefined };
    case 'file':
      return { event, text: edited?.value ?? body.value.text, offer: body.value };
    default:
      return undefined;
  }
}

export function toldOf({ event, text, offer, from }: Spoken, label: string): Told {
  const { sequence, timeMs, relatesTo, thread } = event;
  const sourceOf = (of: number) => (of === 0 ? undefined : `${label}/${of}`);
  return {
    source: `${label}/${sequence}`,
    sequence,
    timeMs,
    from,
    text,
    answers: sourceOf(relatesTo),
    thread: sourceOf(thread),
    file: offer && { name: offer.name, type: offer.mediaType, bytes: offer.size },
  };
}
