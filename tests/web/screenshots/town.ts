/** A server on which the people of the pictures have talked for four days, so that it looks like a working day at 09:52. */
import { Database } from 'bun:sqlite';
import { join } from 'node:path';
import type { Sent, SottoClient } from '@sotto/client';
import { roomStream, type Sequence } from '@sotto/model';
import { ModelServer } from '@sotto/server/testing/providers';
import { type House, openHouse } from '../support/house.ts';
import { CAST } from './cast.ts';
import { DIRECT, NEW_LINES } from './news.ts';
import type { Sendable } from './pictures.ts';
import { ROOMS } from './rooms.ts';
import { LINES, type Line } from './talk.ts';

export interface Town {
  readonly house: House;
  readonly models: ModelServer;
  readonly people: ReadonlyMap<string, SottoClient>;
  close(): Promise<void>;
}

type Said = Pick<Sent, 'room' | 'sequence'> & { timeMs: number };
type Spoken = Omit<Line, 'room'>;

/** At `at` ("09:52") of the day `day` before today, on this machine's clock. */
export function moment(day: number, at: string): Date {
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  const then = new Date();
  then.setDate(then.getDate() - day);
  then.setHours(hours, minutes, 0, 0);
  return then;
}

export async function openTown(chromium: string, files: Readonly<Record<string, Sendable>>): Promise<Town> {
  await using opened = new AsyncDisposableStack();
  const models = opened.adopt(await ModelServer.start('ollama', { models: ['small'] }), (it) => it.close());
  const flags = ['--ai-provider', 'ollama', '--ai-url', models.url, '--ai-model', 'small'];
  const house = opened.adopt(await openHouse(chromium, { flags }), (it) => it.close());
  const people = new Map<string, SottoClient>();
  for (const { name, profile } of CAST) {
    const client = await house.friend(name);
    await client.account.setProfile(profile);
    people.set(name, client);
  }
  await talk(house, people, files);
  for (const { name, online } of CAST) if (!online) await people.get(name)?.close();
  const owned = opened.move();
  return { house, models, people, close: () => owned.disposeAsync() };
}

async function talk(
  house: House,
  people: ReadonlyMap<string, SottoClient>,
  files: Readonly<Record<string, Sendable>>,
): Promise<void> {
  const one = (name: string): SottoClient => {
    const client = people.get(name);
    if (client === undefined) throw new Error(`nobody is called ${name}`);
    return client;
  };
  await makeRooms(one);
  const said: Said[] = [];
  const named = new Map<string, Sequence>();
  const sorted = (lines: readonly Line[]) =>
    lines.toSorted((a, b) => moment(a.day, a.at).getTime() - moment(b.day, b.at).getTime());
  const say = async (room: string, line: Spoken, by: SottoClient) => {
    const { replyTo: answered = '', thread: begun = '' } = line;
    const options = { replyTo: named.get(answered), thread: named.get(begun) };
    const given = JSON.parse(JSON.stringify(options));
    const file = line.file === undefined ? undefined : files[line.file];
    const sent = file
      ? await by.sendFile(room, file.blob, { ...file.details, ...given })
      : await by.send(room, line.text, given);
    if (line.id !== undefined) named.set(line.id, sent.sequence);
    said.push({ room: sent.room, sequence: sent.sequence, timeMs: moment(line.day, line.at).getTime() });
    await decorate(one, room, line, sent.sequence);
  };
  for (const line of sorted(LINES)) await say(line.room, line, one(line.by));
  for (const line of DIRECT) {
    const by = one(line.by);
    const { number } = await by.openDirect(line.by === 'mara' ? line.with : 'mara');
    await say(String(number), line, by);
  }
  const reader = one('mara');
  for (const { number, head } of reader.rooms) if (head > 0) await reader.markRead(number, head);
  for (const line of sorted(NEW_LINES)) await say(line.room, line, one(line.by));
  await house.kill();
  settle(join(house.directory, 'sotto.db'), said);
  await house.start();
}

async function makeRooms(one: (name: string) => SottoClient): Promise<void> {
  for (const { name, members, topic, ...kind } of ROOMS) {
    const all = members === 'everybody' ? CAST.map((member) => member.name) : members;
    const [first = 'mara', ...others] = all;
    const maker = one(first);
    await maker.createRoom(name, {
      topic,
      private: kind.private === true,
      announcement: kind.announcement === true,
    });
    for (const other of others) await maker.addMember(name, other);
  }
}

async function decorate(one: (name: string) => SottoClient, room: string, line: Spoken, sequence: Sequence) {
  for (const [emoji, names] of Object.entries(line.reactions ?? {}))
    for (const name of names) await one(name).react(room, sequence, emoji);
  if (line.pin) await one('mara').pin(room, sequence);
  if (line.edited !== undefined) await one(line.by).edit(room, sequence, line.edited);
}

/** Moves what was said to when it is to have been said: every event of a room to the message before it. */
function settle(file: string, said: readonly Said[]): void {
  using database = new Database(file);
  const rooms = Map.groupBy(said, ({ room }) => room);
  const change = database.prepare('UPDATE events SET time_ms = ? WHERE stream = ? AND sequence >= ?');
  for (const [room, messages] of rooms) {
    const stream = roomStream(room);
    change.run(moment(4, '09:00').getTime(), stream, 0);
    for (const { sequence, timeMs } of messages) change.run(timeMs, stream, sequence);
  }
  database.run(`UPDATE message_states SET last_reply_ms = coalesce(
    (SELECT time_ms FROM events WHERE stream = message_states.stream AND sequence = last_reply), 0)`);
}
