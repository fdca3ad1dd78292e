/** What must hold once everything has healed (M6, M7, T12, T13). */
import { type RoomNumber, roomStream, type Sequence } from '@sotto/model';
import { decodeMessage } from '@sotto/protocol';
import { ContentSchema, EventKind } from '@sotto/schema';
import type { Store, StoredEvent } from '@sotto/server/testing';
import type { Seen, SimulatedClient } from './client.ts';

const EVERYTHING = 100_000;

export async function checkAgreement(
  store: Store,
  clients: readonly SimulatedClient[],
  problems: string[],
): Promise<void> {
  const rooms = new Set(clients.flatMap(({ runs }) => runs.flat().map(({ room }) => room)));
  for (const room of rooms) {
    const stream = roomStream(room as RoomNumber);
    const log = await store.events.read(stream, 0 as Sequence, EVERYTHING);
    checkLog(room, log, problems);
    checkOrder(room, log, problems);
    const members = room === 1 ? [] : await store.rooms.members(room as RoomNumber, 0 as never, EVERYTHING);
    const receipts = await store.rooms.receipts(stream, EVERYTHING);
    for (const client of clients) {
      checkAcknowledged(room, log, client, problems);
      if (!members.some(({ user }) => user === client.number)) continue;
      checkRuns(room, log, client, problems);
      const delivered = receipts.find(({ user }) => user === client.number)?.delivered;
      if (delivered !== log.length)
        problems.push(`${client.name} acknowledged ${delivered} of ${log.length} in room ${room}`);
    }
  }
  await checkNothingLost(store, clients, rooms, problems);
}

/** Contiguous, and each message once. */
function checkLog(room: number, log: readonly StoredEvent[], problems: string[]): void {
  const ids = new Set<string>();
  for (const [index, { sequence, sender, clientMessageId }] of log.entries()) {
    if (sequence !== index + 1) problems.push(`room ${room} has ${sequence} at place ${index + 1}`);
    if (clientMessageId === undefined) continue;
    const id = `${sender}/${clientMessageId.toHex()}`;
    if (ids.has(id)) problems.push(`room ${room} has ${id} twice`);
    ids.add(id);
  }
}

/** Each sender's messages are in the order of sending [OUTBOX-3]: their texts are numbered as they were said. */
function checkOrder(room: number, log: readonly StoredEvent[], problems: string[]): void {
  const last = new Map<number, number>();
  for (const event of log) {
    if (event.kind !== EventKind.MESSAGE) continue;
    const said = Number(textOf(event)?.split(' ').at(-1));
    const before = last.get(event.sender) ?? -1;
    if (!(said > before))
      problems.push(`room ${room} has message ${said} of ${event.sender} after ${before}`);
    last.set(event.sender, said);
  }
}

/** Acknowledged means durable, at the place that was acknowledged. */
function checkAcknowledged(
  room: number,
  log: readonly StoredEvent[],
  client: SimulatedClient,
  problems: string[],
): void {
  for (const acknowledged of client.acknowledged) {
    if (acknowledged.room !== room) continue;
    const event = log[acknowledged.sequence - 1];
    if (
      event?.clientMessageId?.toHex() !== acknowledged.clientMessageId ||
      textOf(event) !== acknowledged.text
    ) {
      problems.push(
        `${client.name}: ${acknowledged.text}, acknowledged at ${room}/${acknowledged.sequence}, is not there`,
      );
    }
  }
}

/** Each run of a client saw the room in order and without gaps, as the log has it; the last one up to its end. */
function checkRuns(
  room: number,
  log: readonly StoredEvent[],
  client: SimulatedClient,
  problems: string[],
): void {
  const seen = new Set<number>();
  for (const [index, run] of client.runs.entries()) {
    const here = run.filter((event) => event.room === room);
    for (const [place, event] of here.entries()) {
      const before = here[place - 1];
      if (before !== undefined && event.sequence !== before.sequence + 1) {
        problems.push(
          `${client.name}, run ${index}: ${room}/${event.sequence} came after ${before.sequence}`,
        );
      }
      checkSeen(event, log[event.sequence - 1], client, problems);
      seen.add(event.sequence);
    }
  }
  const first = Math.min(...seen);
  for (let sequence = first; sequence <= log.length; sequence++) {
    if (!seen.has(sequence)) problems.push(`${client.name} never saw ${room}/${sequence} of ${log.length}`);
  }
}

function checkSeen(
  seen: Seen,
  event: StoredEvent | undefined,
  client: SimulatedClient,
  problems: string[],
): void {
  const id = event?.clientMessageId?.toHex();
  if (
    event === undefined ||
    (seen.clientMessageId !== undefined && (seen.clientMessageId !== id || seen.text !== textOf(event)))
  ) {
    problems.push(`${client.name} saw something else at ${seen.room}/${seen.sequence} than the log has`);
  }
}

/** Whatever a client's disk held as unsent went out when it came back. */
async function checkNothingLost(
  store: Store,
  clients: readonly SimulatedClient[],
  rooms: ReadonlySet<number>,
  problems: string[],
): Promise<void> {
  const logged = new Set<string>();
  for (const room of rooms) {
    for (const { kind, clientMessageId } of await store.events.read(
      roomStream(room as RoomNumber),
      0 as Sequence,
      EVERYTHING,
    )) {
      if (kind === EventKind.MESSAGE && clientMessageId !== undefined) logged.add(clientMessageId.toHex());
    }
  }
  for (const client of clients) {
    const unsent = await client.unsent();
    if (unsent.length > 0) problems.push(`${client.name} still has ${unsent.length} unsent`);
    for (const id of client.persisted) if (!logged.has(id)) problems.push(`${client.name} lost ${id}`);
  }
}

function textOf({ content }: StoredEvent): string | undefined {
  const { content: body } = decodeMessage(ContentSchema, content, 'content');
  return body.case === 'plain' ? body.value : undefined;
}
