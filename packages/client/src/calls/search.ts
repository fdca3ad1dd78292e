/** Finding messages: full text, and the inbox of mentions. */
import { SEARCH_PAGE_MAX, type StreamId } from '@sotto/model';
import type { FrameMessage } from '@sotto/protocol';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { toViews, usersOf } from '../describe/messages.ts';
import { fromBase64Url, toBase64Url } from '../login/base64url.ts';
import type { CursorOptions, MessagePage, MessageView, SearchOptions } from '../types.ts';
import { ask, type CallContext } from './context.ts';

const LIMIT_DEFAULT = 20;

export class SearchCalls {
  readonly #context: CallContext;

  constructor(context: CallContext) {
    this.#context = context;
  }

  async mentions({ cursor, limit = LIMIT_DEFAULT }: CursorOptions = {}): Promise<MessagePage> {
    return this.#describe(await ask(this.#context, 'readMentions', { cursor: toCursor(cursor), limit }));
  }

  async search(query: string, options: SearchOptions = {}): Promise<MessagePage> {
    const { names, userNumber } = this.#context;
    const { rooms = [], from = [], since, until, hasLink, hasFile, cursor, limit } = options;
    const page = await ask(this.#context, 'searchMessages', {
      query,
      rooms: rooms.map((room) => names.joined(room).number),
      senders: await Promise.all(from.map((user) => userNumber(user))),
      sinceMs: since?.getTime() ?? 0,
      untilMs: until?.getTime() ?? 0,
      hasLink: hasLink ?? false,
      hasFile: hasFile ?? false,
      cursor: toCursor(cursor),
      limit: Math.min(SEARCH_PAGE_MAX, limit ?? LIMIT_DEFAULT),
    });
    return this.#describe(page);
  }

  async #describe({ events, states, cursor }: FrameMessage<'messagePage'>): Promise<MessagePage> {
    const { people, rooms, viewing } = this.#context;
    const statesOf = (stream: number) =>
      states.flatMap((each) => (each.stream === stream && each.state !== undefined ? [each.state] : []));
    await people.ensure(events.flatMap((event) => usersOf([event], statesOf(event.stream))));
    const messages: MessageView[] = events.flatMap((event) => {
      const room = rooms.get(event.stream as StreamId);
      // Left since the server answered.
      if (room === undefined) return [];
      const about = statesOf(event.stream).filter(({ target }) => target === event.sequence);
      return toViews({ events: [event], states: about }, room, viewing);
    });
    return { messages, next: cursor.length === 0 ? undefined : toBase64Url(cursor) };
  }
}

function toCursor(cursor: string | undefined): Uint8Array {
  try {
    return fromBase64Url(cursor ?? '');
  } catch {
    throw new SottoError(ErrorCode.ARGUMENT_INVALID, 'the cursor is none that a page gave');
  }
}
