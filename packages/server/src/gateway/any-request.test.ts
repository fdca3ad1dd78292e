/** Requests that are well formed and mean nothing: every one is answered, none is a defect. */
import { expect, test } from 'bun:test';
import {
  create,
  type DescField,
  type DescMessage,
  isMessage,
  type Message,
  type MessageInitShape,
  ScalarType,
  toBinary,
} from '@bufbuild/protobuf';
import { encodeFrame, frames, readHeader } from '@sotto/protocol';
import { seededRandom } from '@sotto/protocol/testing';
import { AdministerUserSchema, ContentSchema, FileOfferSchema, RevokeDeviceSchema } from '@sotto/schema';
import { createWorld } from '../testing/world.ts';

const RUNS = 2_000;
/** Above those of the log-in. */
const FIRST_ID = 1_000_000;
type Definition = { type: number; lane: number; schema: DescMessage; reply?: string };
const random = seededRandom(7);
const below = (most: number): number => new DataView(random.bytes(4).buffer).getUint32(0) % most;
const oneOf = <T>(values: readonly T[]): T => values[below(values.length)] as T;

const NUMBERS = [
  0,
  1,
  2,
  3,
  4,
  5,
  8,
  9,
  12,
  200,
  201,
  2 ** 30,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 4,
  2 ** 32 - 1,
];
const DOUBLES = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 60];
const TEXTS = [
  '',
  'alice',
  'bob',
  'tea',
  'lobby',
  '#tea',
  '1',
  'x'.repeat(300),
  '\u0000',
  '\u202e',
  '../..',
  "'; --",
  '𐐨',
];
const content = toBinary(ContentSchema, create(ContentSchema, { content: { case: 'plain', value: 'x' } }));
const digest = new Uint8Array(32).fill(1);
const offer = (of: MessageInitShape<typeof FileOfferSchema>) => {
  const value = create(FileOfferSchema, { sha256: digest, name: 'a.bin', ...of });
  return toBinary(ContentSchema, create(ContentSchema, { content: { case: 'file', value } }));
};
const emptyFile = new Uint8Array(new Bun.CryptoHasher('sha256').digest());
const OFFERS = [offer({ size: 2 ** 20 }), offer({ size: Number.NaN }), offer({ sha256: emptyFile })];
const bytes = () =>
  oneOf([
    new Uint8Array(0),
    random.bytes(16),
    random.bytes(32),
    random.bytes(64),
    random.bytes(96),
    digest,
    content,
    oneOf(OFFERS),
  ]);

function scalar(type: ScalarType): unknown {
  switch (type) {
    case ScalarType.BOOL:
      return oneOf([true, false]);
    case ScalarType.DOUBLE:
      return oneOf(DOUBLES);
    case ScalarType.STRING:
      return oneOf(TEXTS);
    case ScalarType.BYTES:
      return bytes();
    default:
      return oneOf(NUMBERS);
  }
}

function value(field: DescField): unknown {
  switch (field.fieldKind) {
    case 'scalar':
      return scalar(field.scalar);
    case 'enum':
      return oneOf([0, 1, 2, 3, 9]);
    case 'message':
      return anything(field.message);
    case 'list': {
      const one = () =>
        field.listKind === 'message'
          ? anything(field.message)
          : field.listKind === 'scalar'
            ? scalar(field.scalar)
            : 0;
      return Array.from({ length: oneOf([0, 1, 2, 51, 201]) }, one);
    }
    case 'map':
      return {};
  }
}

function anything(schema: DescMessage): Message {
  const fields: Record<string, unknown> = {};
  for (const member of schema.members) {
    if (below(6) === 0) continue;
    if (member.kind === 'oneof') {
      const field = oneOf(member.fields);
      fields[member.localName] = { case: field.localName, value: value(field) };
    } else fields[member.localName] = value(member);
  }
  return create(schema, fields as never);
}

/** Those that would end the session of one of the two do not reach it: it is needed for the rest. */
function sparing(message: Message): Message {
  if (isMessage(message, RevokeDeviceSchema) && message.number <= 2) message.number = 9;
  if (isMessage(message, AdministerUserSchema) && message.change.case === 'suspend') message.user = undefined;
  return message;
}

const names = (Object.keys(frames) as (keyof typeof frames)[]).filter(
  (name) => frames[name].from !== 'server' && !['hello', 'logout', 'close', 'pong'].includes(name),
);

test('[ERROR-2] [REQUEST-1] whatever well-formed requests say, each has one answer and none is a defect (T9)', async () => {
  const world = await createWorld({ assistants: {} });
  const users = [await world.user('alice'), await world.user('bob')];
  for (const { peer } of users.slice(0, 1)) await world.run(peer.request('createRoom', { name: 'tea' }));
  const answers = new Map<number, number>();
  for (const { peer } of users) {
    const receive = (frame: Uint8Array) => {
      const { requestId } = readHeader(frame);
      if (requestId > 0) answers.set(requestId, (answers.get(requestId) ?? 0) + 1);
      return { kind: 'nothing' };
    };
    Object.assign(peer.session, { receive });
  }
  for (let requestId = FIRST_ID; requestId < FIRST_ID + RUNS; requestId++) {
    const { peer } = oneOf(users);
    const name = oneOf(names);
    const { type, lane, schema, reply }: Definition = frames[name];
    const body = toBinary(schema, sparing(anything(schema)));
    if (reply !== undefined) answers.set(requestId, 0);
    peer.connection.send(lane, encodeFrame({ version: 1, type, lane, requestId }, body));
    if (requestId % 10 === 0) await world.clock.advance(5);
  }
  await world.clock.advance(500);
  expect(world.errors).toEqual([]);
  expect(users.map(({ peer }) => peer.closeReason)).toEqual([undefined, undefined]);
  expect(new Set(answers.values())).toEqual(new Set([1]));
  await world.close();
});
