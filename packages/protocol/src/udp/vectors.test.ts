import { describe, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { handshakeKeys, keysContext, type PacketKeys } from './crypto/keys.ts';
import { resetKey, resetToken } from './crypto/reset.ts';
import { openPacket, unmask } from './crypto/seal.ts';
import { RetryTokens, retryIntact } from './crypto/token.ts';
import { CloseCode } from './fault.ts';
import { testCrypto } from './testing/crypto.ts';
import { VECTORS, VECTORS_FOLDER } from './testing/vectors/index.ts';
import { hex, plain, unhex, unhexId } from './testing/vectors/json.ts';
import { ByteReader } from './wire/bytes.ts';
import { readChunks } from './wire/chunk.ts';
import { parsePacket, type Role, type Space } from './wire/packet.ts';
import { decodeParameters } from './wire/parameters.ts';

const read = <Content>(name: string): Content =>
  JSON.parse(readFileSync(new URL(name, VECTORS_FOLDER), 'utf8')) as Content;

/** As an implementation reads them that did not write them. */
interface Codec<Value> {
  good: ({ bytes: string } & Value)[];
  refused: { name: string; bytes: string; space: Space; sender: Role; code: 'malformed' | 'violation' }[];
}
interface Packets {
  good: { datagram: string; packet: unknown }[];
  dropped: { name: string; datagram: string }[];
}
interface Keys {
  key: string;
  iv: string;
  mask: string;
}
interface Schedule {
  handshake: { firstId: string; client: Keys; server: Keys };
  exporterContext: Record<
    'firstId' | 'clientId' | 'serverId' | 'clientParameters' | 'serverParameters' | 'context',
    string
  > & { version: number };
}
interface Protected {
  name: string;
  key: string;
  iv: string;
  maskKey: string;
  number: number;
  chunks: string;
  nonce: string;
  associated: string;
  sample: string;
  mask: string;
  datagram: string;
}
interface Retry {
  token: { key: string; timeMs: number; address: string; to: string; token: string };
  tag: { firstId: string; datagram: string };
}
interface Reset {
  secret: string;
  key: string;
  tokens: { id: string; token: string }[];
}

const packetKeysOf = (key: string, iv: string, mask: string): PacketKeys => ({
  aead: testCrypto.aead(unhex(key)),
  iv: unhex(iv),
  mask: testCrypto.block(unhex(mask)),
});

describe('vectors/udp', () => {
  test('T5: every file is there and none besides', () => {
    expect(readdirSync(VECTORS_FOLDER).sort()).toEqual(Object.keys(VECTORS).sort());
  });

  test.each(Object.entries(VECTORS))('T5: %s is what this implementation makes', (name, make) => {
    expect(read<unknown>(name)).toEqual(make());
  });

  test('T5 [SHAKE-1] [SHAKE-5]: keys and context of a handshake', () => {
    const { handshake, exporterContext } = read<Schedule>('key-schedule.json');
    const made = handshakeKeys(testCrypto, unhexId(handshake.firstId));
    for (const role of ['client', 'server'] as const) {
      const { key, iv, mask } = handshake[role];
      const nonce = new Uint8Array(12);
      const sealed = made[role].aead.seal(nonce, nonce, nonce);
      expect(testCrypto.aead(unhex(key)).open(nonce, nonce, sealed)).toEqual(nonce);
      expect(hex(made[role].iv)).toBe(iv);
      const sample = new Uint8Array(16);
      expect(made[role].mask(sample)).toEqual(testCrypto.block(unhex(mask))(sample));
    }
    const { version, firstId, clientId, serverId, clientParameters, serverParameters, context } =
      exporterContext;
    const ids = { firstId: unhexId(firstId), clientId: unhexId(clientId), serverId: unhexId(serverId) };
    const parameters = {
      clientParameters: unhex(clientParameters),
      serverParameters: unhex(serverParameters),
    };
    expect(hex(keysContext(testCrypto, { version, ...ids, ...parameters }))).toBe(context);
  });

  test.each(read<Protected[]>('packet-protection.json').map((each) => [each.name, each] as const))(
    'T5 [PACKET-3]: opens: %s',
    (_, { key, iv, maskKey, number, chunks, nonce, associated, sample, mask, datagram }) => {
      const keys = packetKeysOf(key, iv, maskKey);
      const bytes = unhex(datagram);
      const packet = parsePacket(bytes);
      if (!('numberOffset' in packet)) throw new Error(packet.kind);
      const unmasked = unmask(keys, bytes, packet.numberOffset, number - 1);
      expect(unmasked.number).toBe(number);
      expect(hex(unmasked.header)).toBe(associated);
      expect(hex(openPacket(keys, unmasked) ?? new Uint8Array(0))).toStartWith(chunks);
      expect(keys.aead.open(unhex(nonce), unhex(associated), unmasked.sealed)).toBeDefined();
      expect(hex(bytes.subarray(packet.numberOffset + 4, packet.numberOffset + 20))).toBe(sample);
      expect(hex(keys.mask(unhex(sample)).subarray(0, 5))).toBe(mask);
    },
  );

  test('T5 [ADMIT-2] [ADMIT-3]: a retry', () => {
    const { token, tag } = read<Retry>('retry.json');
    const tokens = new RetryTokens(testCrypto, { bytes: () => unhex(token.key) }, 0);
    expect(tokens.valid(token.timeMs, unhex(token.token), token.address, unhexId(token.to))).toBe(true);
    expect(retryIntact(testCrypto, unhex(tag.datagram), unhexId(tag.firstId))).toBe(true);
    expect(parsePacket(unhex(tag.datagram))).toMatchObject({ kind: 'retry', token: unhex(token.token) });
  });

  test('T5 [RESET-1] [RESET-2]: reset tokens', () => {
    const { secret, key, tokens } = read<Reset>('reset.json');
    expect(hex(resetKey(testCrypto, unhex(secret)))).toBe(key);
    expect(tokens.length).toBeGreaterThan(0);
    for (const { id, token } of tokens) {
      expect(hex(resetToken(testCrypto, unhex(key), unhexId(id)))).toBe(token);
    }
  });

  test('T5 [CHUNK-2]: varints, headers, chunks and parameters are read, and what is none refused', () => {
    for (const { value, bytes } of read<{ value: number; bytes: string }[]>('varints.json')) {
      expect(new ByteReader(unhex(bytes)).varint()).toBe(value);
    }
    const packets = read<Packets>('packets.json');
    for (const { datagram, packet } of packets.good) {
      expect(plain(parsePacket(unhex(datagram)))).toEqual(packet as never);
    }
    for (const { datagram, name } of packets.dropped) {
      expect(() => parsePacket(unhex(datagram)), name).toThrow(expect.objectContaining({ name: 'UdpFault' }));
    }
    const chunks = read<Codec<{ chunk: unknown }>>('chunks.json');
    for (const { bytes, chunk } of chunks.good) {
      expect(plain(readChunks(unhex(bytes), 'connection', 'server'))).toEqual([chunk] as never);
    }
    for (const { bytes, space, sender, code, name } of chunks.refused) {
      expect(() => readChunks(unhex(bytes), space, sender), name).toThrow(
        expect.objectContaining({ name: 'UdpFault', code: CloseCode[code] }),
      );
    }
    const parameters = read<Codec<{ parameters: unknown }>>('parameters.json');
    for (const { bytes, parameters: expected } of parameters.good) {
      expect(plain(decodeParameters(unhex(bytes)))).toEqual(expected as never);
    }
    for (const { bytes, name } of parameters.refused) {
      expect(() => decodeParameters(unhex(bytes)), name).toThrow(
        expect.objectContaining({ name: 'UdpFault', code: CloseCode.malformed }),
      );
    }
  });
});
