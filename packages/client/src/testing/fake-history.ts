/** Pages of the fake server's streams, with what the model's fold says of the messages in them. */

import { foldState, type RoomKind, type RoomNumber, type StreamId, toTimelineEvent } from '@sotto/model';
import { decodeMessage, encodeMessage, type FrameFields, type FrameMessage } from '@sotto/protocol';
import { type Event, EventKind, EventSchema } from '@sotto/schema';
import { toKind } from '../describe/values.ts';
import { ALICE, type FakeServer, type LogEvent } from './fake-server.ts';

type Asked = Pick<FrameMessage<'readHistory'>, 'stream' | 'before' | 'after' | 'around' | 'atMs' | 'limit'>;

export function historyPage(server: FakeServer, asked: Asked): FrameFields<'historyPage'> {
  const all = server.events(asked.stream as StreamId);
  const kept = server.keptFrom(asked.stream);
  const events = choose(
    all.filter(({ sequence }) => sequence >= kept),
    asked,
  );
  const room = server.rooms.get(Math.floor(asked.stream / 4) as RoomNumber);
  return pageOf(server, asked.stream, events, room && toKind(room.kind));
}

/** These messages of a stream, as of its head. */
export function pageOf(
  server: FakeServer,
  stream: number,
  events: readonly LogEvent[],
  kind: RoomKind = 'lobby',
): FrameFields<'historyPage'> {
  const all = server.events(stream as StreamId);
  const told = all.map((event) => toTimelineEvent(asEvent(event)));
  const states = events.flatMap(({ kind: what, sequence }) =>
    what === EventKind.MESSAGE ? (foldState(told, sequence, all.length, { kind, me: ALICE }) ?? []) : [],
  );
  return { stream, events: [...events], states, firstKept: server.keptFrom(stream), head: all.length };
}

function choose(events: readonly LogEvent[], asked: Asked): readonly LogEvent[] {
  const { before, after, atMs, limit } = asked;
  const then = events.find(({ timeMs }) => timeMs >= atMs) ?? events.at(-1);
  const around = atMs > 0 ? (then?.sequence ?? 0) : asked.around;
  if (around > 0) {
    const half = Math.floor(limit / 2);
    const earlier = events
      .filter(({ sequence }) => sequence < around)
      .slice(half === 0 ? events.length : -half);
    return [...earlier, ...events.filter(({ sequence }) => sequence >= around).slice(0, limit - half)];
  }
  if (after > 0) return events.filter(({ sequence }) => sequence > after).slice(0, limit);
  return events.filter(({ sequence }) => before === 0 || sequence < before).slice(-limit);
}

const asEvent = (event: LogEvent): Event =>
  decodeMessage(EventSchema, encodeMessage(EventSchema, event), 'event');
