/** A long room for the graphical client, through the store, as people who are members wrote it. */
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { type DeviceNumber, type RoomNumber, roomStream, type UserNumber } from '@sotto/model';
import { ContentSchema, EventKind, Role } from '@sotto/schema';
import { openStore } from '@sotto/server/testing';
import { Words } from './history-words.ts';

const COMMIT = 2_000;
/** Groups of messages within minutes, and pauses between them. */
const STEP_MS = 100_000;
const CODE_SHARE = 1 / 11;

export interface LongRoom {
  readonly directory: string;
  readonly room: RoomNumber;
  readonly senders: readonly UserNumber[];
  readonly messages: number;
}

/** The server must not run. */
export async function seedLongRoom({ directory, room, senders, messages }: LongRoom): Promise<void> {
  const store = await openStore({
    url: join(directory, 'sotto.db'),
    inThread: true,
    uuid: () => crypto.randomUUID(),
  });
  const words = new Words(7);
  const firstMs = Date.now() - messages * STEP_MS;
  for (let from = 0; from < messages; from += COMMIT) {
    const events = Array.from({ length: Math.min(COMMIT, messages - from) }, (_, index) =>
      messageEvent(room, senders[words.below(senders.length)] ?? (1 as UserNumber), {
        timeMs: firstMs + (from + index) * STEP_MS,
        text: textOf(words),
      }),
    );
    await store.events.append([{ events, changes: [] }]);
  }
  await store.close();
}

function textOf(words: Words): string {
  const sentence = words.sentence();
  return words.random() < CODE_SHARE ? `${sentence}\n\`\`\`\nconst a = 1;\nconst b = a;\n\`\`\`` : sentence;
}

function messageEvent(
  room: RoomNumber,
  sender: UserNumber,
  { timeMs, text }: { timeMs: number; text: string },
) {
  const content = toBinary(ContentSchema, create(ContentSchema, { content: { case: 'plain', value: text } }));
  const salt = new Uint8Array(randomBytes(16));
  return {
    stream: roomStream(room),
    kind: EventKind.MESSAGE,
    sender,
    device: 0 as DeviceNumber,
    timeMs,
    relatesTo: 0,
    thread: 0,
    role: Role.MEMBER,
    countsUnread: true,
    digest: new Uint8Array(createHash('sha256').update(salt).update(content).digest()),
    salt,
    content,
    clientMessageId: new Uint8Array(randomBytes(16)),
  };
}
