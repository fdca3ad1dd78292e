/** Vectors of the headers, chunks and parameters, and of bytes that are none. */
import { UDP_VERSION_1 } from '../../constants.ts';
import { ByteWriter, varintBytes } from '../../wire/bytes.ts';
import { type Chunk, chunkBytes, writeChunk } from '../../wire/chunk.ts';
import {
  type ConnectionId,
  handshakeHeaderBytes,
  parsePacket,
  writeHandshakeHeader,
  writeRetryHeader,
  writeVersions,
} from '../../wire/packet.ts';
import { defaultParameters, encodeParameters, type Parameters } from '../../wire/parameters.ts';
import { counting, hex, type Json, plain, unhex } from './json.ts';

const TO = 0x0102030405060708n as ConnectionId;
const FROM = 0xf1f2f3f4f5f6f7f8n as ConnectionId;
const VERSION = UDP_VERSION_1;

export const varints = (): Json =>
  [0, 63, 64, 16_383, 16_384, 2 ** 30 - 1, 2 ** 30, Number.MAX_SAFE_INTEGER].map((value) => {
    const writer = new ByteWriter(new Uint8Array(varintBytes(value)));
    writer.varint(value);
    return { value, bytes: hex(writer.written) };
  });

function datagrams(): Uint8Array[] {
  const header = { version: VERSION, to: TO, from: FROM, token: counting(23, 0x40) };
  const handshakes = [header, { ...header, token: new Uint8Array(0) }].map((each) => {
    const writer = new ByteWriter(new Uint8Array(handshakeHeaderBytes(each) + 24));
    writeHandshakeHeader(writer, each);
    writer.bytes(counting(24, 0x80));
    return writer.written;
  });
  const retry = new ByteWriter(new Uint8Array(21 + 23 + 16));
  writeRetryHeader(retry, header);
  retry.bytes(counting(16, 0xe0));
  const foreign = unhex(`e3${'0a0b0c0d'}0102030405060708f1f2f3f4f5f6f7f8ffff`);
  const short = unhex(`5f0102030405060708${hex(counting(20, 0x80))}`);
  return [...handshakes, retry.written, writeVersions(TO, FROM, [VERSION, VERSION + 1]), foreign, short];
}

export const packets = (): Json => ({
  good: datagrams().map((datagram) => ({ datagram: hex(datagram), packet: plain(parsePacket(datagram)) })),
  dropped: [
    ['nothing', ''],
    ['fixed bit of a short header 0', `00${'01'.repeat(40)}`],
    ['bit 0x20 of a short header 1', `60${'01'.repeat(40)}`],
    ['a short header without a whole sample', `40${'01'.repeat(27)}`],
    ['fixed bit of a long header 0', `80534f5401${'01'.repeat(60)}`],
    ['a type that is none', `f0534f5401${'01'.repeat(60)}`],
    ['a handshake packet whose token ends early', `c0534f5401${'01'.repeat(16)}20${'01'.repeat(31)}`],
    ['a handshake packet without a whole sample', `c0534f5401${'01'.repeat(16)}00${'01'.repeat(19)}`],
    ['a retry without a token', `d0534f5401${'01'.repeat(32)}`],
    ['a retry with a reserved bit', `d1534f5401${'01'.repeat(40)}`],
    ['versions with half a version', `e000000000${'01'.repeat(18)}`],
    ['versions with none', `e000000000${'01'.repeat(16)}`],
    ['longer than 1,200 bytes', `40${'01'.repeat(1_200)}`],
  ].map(([name = '', datagram = '']) => ({ name, datagram })),
});

const CHUNKS: readonly Chunk[] = [
  { kind: 'padding', length: 3 },
  { kind: 'ping' },
  { kind: 'ack', ranges: [{ first: 0, last: 10 }], delayMs: 1 },
  {
    kind: 'ack',
    ranges: [
      { first: 1_000, last: 70_000 },
      { first: 998, last: 998 },
      { first: 0, last: 100 },
    ],
    delayMs: 24.992,
  },
  { kind: 'crypto', offset: 16_384, bytes: counting(5) },
  { kind: 'lane', lane: 1, offset: 0, bytes: counting(5, 0x60) },
  { kind: 'lane', lane: 255, offset: 2 ** 40, bytes: new Uint8Array(0) },
  { kind: 'datagram', frame: counting(10, 1) },
  { kind: 'credit', limit: 6 * 1024 * 1024 },
  { kind: 'laneCredit', lane: 2, limit: 4 * 1024 * 1024 },
  { kind: 'newId', sequence: 5, retirePriorTo: 2, id: FROM, resetToken: counting(16, 0x90) },
  { kind: 'retireId', sequence: 64 },
  { kind: 'challenge', data: 0x1020304050607080n },
  { kind: 'response', data: 0xffffffffffffffffn },
  { kind: 'close', code: 4, reason: 'żółw' },
  { kind: 'close', code: 0, reason: '' },
  { kind: 'confirmed' },
];

export const chunks = (): Json => ({
  good: CHUNKS.map((chunk) => {
    const writer = new ByteWriter(new Uint8Array(chunkBytes(chunk)));
    writeChunk(writer, chunk);
    return { bytes: hex(writer.written), chunk: plain(chunk) };
  }),
  refused: [
    ['a packet without chunks', 'connection', 'server', 'malformed', ''],
    ['an unknown kind', 'connection', 'server', 'malformed', '0e'],
    ['an ack below number 0', 'connection', 'server', 'malformed', '020a00000b'],
    ['an ack of 33 ranges', 'connection', 'server', 'malformed', `0241000020${'00'.repeat(65)}`],
    ['lane bytes that end early', 'connection', 'server', 'malformed', '04000005aabbccdd'],
    ['lane bytes beyond 2^53-1', 'connection', 'server', 'malformed', '0400c01fffffffffffff01aa'],
    ['a varint beyond 2^53-1', 'connection', 'server', 'malformed', '06c020000000000000'],
    ['a new ID that retires itself', 'connection', 'server', 'malformed', `080102${'00'.repeat(24)}`],
    ['a reason of 257 bytes', 'connection', 'server', 'malformed', `0c004101${'61'.repeat(257)}`],
    ['a reason that is not UTF-8', 'connection', 'server', 'malformed', '0c0002c328'],
    ['a lane in the handshake', 'handshake', 'server', 'violation', '04010000'],
    ['confirmed in the handshake', 'handshake', 'server', 'violation', '0d'],
    ['confirmed by the client', 'connection', 'client', 'violation', '0d'],
  ].map(([name = '', space = '', sender = '', code = '', bytes = '']) => ({
    name,
    space,
    sender,
    code,
    bytes,
  })),
});

const PARAMETERS: readonly Parameters[] = [
  defaultParameters(),
  {
    versions: [VERSION + 1, VERSION],
    connectionCredit: 2 ** 40,
    laneCredit: 0,
    idleTimeoutMs: 30_000,
    ackDelayMaxMs: 0,
    connectionIds: 8,
  },
];

export const parameters = (): Json => ({
  good: [
    ...PARAMETERS.map((each) => ({ bytes: hex(encodeParameters(each)), parameters: plain(each) })),
    { bytes: '', parameters: plain(defaultParameters()) },
    { bytes: '4fff03010203', parameters: plain(defaultParameters()) },
  ],
  refused: [
    ['one twice', '020105020105'],
    ['an unknown one twice', '20002000'],
    ['one that ends early', '020205'],
    ['a number with something after it', '02020505'],
    ['an idle timeout below a second', '040243e7'],
    ['an idle timeout above an hour', '04048036ee81'],
    ['a delay above a second', '050243e9'],
    ['one connection ID', '060101'],
    ['no versions', '0100'],
  ].map(([name = '', bytes = '']) => ({ name, bytes })),
});
