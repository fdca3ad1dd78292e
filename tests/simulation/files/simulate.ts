/**
 * People send files while connections break, transports change, and programs, machines and the server are killed: under
 * virtual time, every choice from the seed. In the end each file that was acknowledged is there for everybody, byte for byte, each
 * was offered once, and nothing is kept that nobody offers.
 */

import { roomStream, type Sequence, UPLOAD_KEPT_MS } from '@sotto/model';
import { decodeMessage } from '@sotto/protocol';
import { ContentSchema, EventKind } from '@sotto/schema';
import { MemoryBlobs } from '@sotto/server/testing';
import { installSequentialCrypto } from '../crypto.ts';
import { disturb } from '../disturb.ts';
import { heal, mend } from '../heal.ts';
import { type Scene, settle, until } from '../scene.ts';
import { begin, end, type Stage, setScene } from '../set-scene.ts';
import { pick } from '../ways.ts';
import { sha256 } from './bytes.ts';
import { Sender } from './sender.ts';

const STEPS = 40;
const STEP_MAX_MS = 600;
const CHUNK = 64 * 1024;
const SIZES = [0, 1, 20_000, 32 * 1024 + 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 300_000];
const SEND_ONE_IN = 3;
const CALL_OFF_ONE_IN = 12;
const FILES_MAX = 12;
const SENT_MAX_MS = 300_000;
/** Upkeep comes by within this. */
const UPKEEP_MAX_MS = 15 * 60_000;
const LOOK_MS = 10_000;
const EVERYTHING = 100_000;

export interface FilesReport {
  problems: string[];
  trace: string[];
  files: number;
  serverCrashes: number;
}

export async function simulateFiles(seed: number): Promise<FilesReport> {
  const restoreCrypto = installSequentialCrypto();
  try {
    return await run(seed);
  } finally {
    restoreCrypto();
  }
}

async function run(seed: number): Promise<FilesReport> {
  const blobs = new MemoryBlobs();
  const stage = await setScene(seed, { files: blobs });
  const { scene, random, trace } = stage;
  const senders = scene.clients.map((client) => new Sender(client, random));
  await play(scene, senders);
  for (const { problems } of senders) scene.problems.push(...problems);
  const files = await judge(stage, senders);
  await judgeUpkeep(stage, blobs);
  await end(stage);
  return { problems: scene.problems, trace, files, serverCrashes: scene.serverCrashes };
}

async function play(scene: Scene, senders: readonly Sender[]): Promise<void> {
  await begin(scene);
  const { number, clock, room, log } = scene;
  let files = 0;
  for (let step = 0; step < STEPS; step++) {
    const sender = pick(senders, number);
    if (number(SEND_ONE_IN) === 0 && files < FILES_MAX && sender.client.running) {
      const size = pick(SIZES, number);
      log(`${sender.client.name} sends ${size} bytes`);
      sender.send(room, size);
      files += 1;
    } else if (number(CALL_OFF_ONE_IN) === 0) {
      if (sender.callOff()) log(`${sender.client.name} calls a file off`);
    } else {
      await disturb(scene);
    }
    for (const one of senders) one.goOn(room);
    await clock.advance(number(STEP_MAX_MS));
  }
  await mend(scene);
  for (const sender of senders) sender.goOn(room);
  await heal(scene);
  for (const sender of senders) sender.goOn(room);
  await until(scene, 'sent', () => senders.every(({ underWay }) => underWay === 0), SENT_MAX_MS);
}

/** Each acknowledged file is offered once, where it was acknowledged, and everybody gets it. */
async function judge({ scene, store }: Stage, senders: readonly Sender[]): Promise<number> {
  const { clock, room, clients, problems } = scene;
  const log = await store.events.read(roomStream(room), 0 as Sequence, EVERYTHING);
  const offered = senders.flatMap((sender) => sender.offered);
  for (const { clientMessageId, sha256: expected, sizeBytes, sent } of offered) {
    const events = log.filter((event) => event.clientMessageId?.toHex() === clientMessageId);
    const [event] = events;
    if (event === undefined || events.length !== 1 || event.sequence !== sent.sequence) {
      problems.push(`${clientMessageId} is there ${events.length} times, acknowledged at ${sent.sequence}`);
      continue;
    }
    const { content } = decodeMessage(ContentSchema, event.content, 'content');
    if (content.case !== 'file' || content.value.sha256.toHex() !== expected)
      problems.push(`${sent.sequence} offers something else`);
    for (const { name, sdk } of clients) {
      const bytes = await settle(clock, fetchAll(sdk, room, sent.sequence)).catch((error) => String(error));
      if (typeof bytes === 'string') problems.push(`${name} did not get ${sent.sequence}: ${bytes}`);
      else if (bytes.length !== sizeBytes || sha256(bytes) !== expected)
        problems.push(`${name} got ${bytes.length} other bytes instead of ${sizeBytes} for ${sent.sequence}`);
    }
  }
  return offered.length;
}

async function fetchAll(
  sdk: Scene['clients'][number]['sdk'],
  room: Scene['room'],
  sequence: Sequence,
): Promise<Uint8Array> {
  const { stream } = await sdk.fetchFile(room, sequence);
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return new Uint8Array(Buffer.concat(parts));
}

/** When all messages with files are deleted, and what was called off is past its time, nothing is kept. */
async function judgeUpkeep({ scene, store }: Stage, blobs: MemoryBlobs): Promise<void> {
  const { clock, room, clients, problems } = scene;
  const log = await store.events.read(roomStream(room), 0 as Sequence, EVERYTHING);
  for (const event of log) {
    if (event.kind !== EventKind.MESSAGE || event.content.length === 0) continue;
    const { content } = decodeMessage(ContentSchema, event.content, 'content');
    const author = clients.find(({ number }) => number === event.sender);
    if (content.case !== 'file' || author === undefined) continue;
    await settle(clock, author.sdk.delete(room, event.sequence));
  }
  // What was called off while the server could not be told is kept for a while.
  clock.jump(UPLOAD_KEPT_MS);
  for (let waited = 0; waited < UPKEEP_MAX_MS && (await kept(blobs)).length > 0; waited += LOOK_MS)
    await clock.advance(LOOK_MS);
  const left = await kept(blobs);
  if (left.length > 0) problems.push(`kept for nobody: ${left.join(', ')}`);
}

async function kept(blobs: MemoryBlobs): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const name of blobs.partials()) names.push(name);
  for await (const digest of blobs.blobs()) names.push(digest.toHex());
  return names;
}
