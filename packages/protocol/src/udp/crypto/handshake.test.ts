import { describe, expect, test } from 'bun:test';
import { mutate, seeded } from '../../testing/mutate.ts';
import { DATAGRAM_MAX_BYTES, RETRY_TOKEN_BYTES, UDP_VERSION_1 } from '../constants.ts';
import { UdpFault } from '../fault.ts';
import { testCrypto } from '../testing/crypto.ts';
import { ByteWriter } from '../wire/bytes.ts';
import {
  type ConnectionId,
  HANDSHAKE_OVERHEAD_MAX_BYTES,
  handshakeHeaderBytes,
  parsePacket,
  writeHandshakeHeader,
} from '../wire/packet.ts';
import { HandshakeProtection, type Opened } from './handshake.ts';
import { handshakeKeys } from './keys.ts';
import { sealPacket } from './seal.ts';

const FIRST = 0x1111111111111111n as ConnectionId;
const HEADER = {
  version: UDP_VERSION_1,
  to: FIRST,
  from: 0x2222222222222222n as ConnectionId,
  token: Uint8Array.of(9, 8, 7),
};
const CHUNKS = Uint8Array.of(1, 2, 3, 4);

const sides = (firstId = FIRST) => ({
  client: new HandshakeProtection(testCrypto, 'client', firstId),
  server: new HandshakeProtection(testCrypto, 'server', firstId),
});

function open(protection: HandshakeProtection, datagram: Uint8Array): Opened | undefined {
  const packet = parsePacket(datagram);
  if (packet.kind !== 'handshake') throw new Error(packet.kind);
  return protection.open(datagram, packet);
}

describe('handshake packets', () => {
  test('T5 [SHAKE-1] [PACKET-3]: what one side seals the other opens, and nobody else', () => {
    const { client, server } = sides();
    const up = client.seal(HEADER, 0, -1, CHUNKS);
    expect(parsePacket(up)).toMatchObject({ ...HEADER, kind: 'handshake' });
    expect(open(client, up)).toBeUndefined();
    expect(open(sides(12n as ConnectionId).server, up)).toBeUndefined();
    expect(open(server, up)).toEqual({ number: 0, chunks: CHUNKS });
    expect(open(client, server.seal({ ...HEADER, token: new Uint8Array(0) }, 7, -1, CHUNKS))).toMatchObject({
      number: 7,
    });
  });

  test('T5 [PACKET-3]: the four low bits of the flags are masked', () => {
    const { client } = sides();
    const flags = Array.from(
      { length: 128 },
      (_, number) => client.seal(HEADER, number, number - 1, CHUNKS)[0],
    );
    expect(new Set(flags).size).toBe(16);
    expect(flags.every((byte = 0) => byte >>> 4 === 0b1100)).toBe(true);
  });

  test('T5 [PACKET-1]: the longest chunks fill a datagram', () => {
    const token = new Uint8Array(100);
    const room = DATAGRAM_MAX_BYTES - HANDSHAKE_OVERHEAD_MAX_BYTES - token.length;
    const datagram = sides().client.seal({ ...HEADER, token }, 2 ** 24, -1, new Uint8Array(room));
    expect(datagram.length).toBe(DATAGRAM_MAX_BYTES);
    expect(RETRY_TOKEN_BYTES).toBeLessThan(token.length);
  });

  test('T5 [PACKET-5]: a packet with any one bit changed is dropped, its token and IDs included', () => {
    const { client, server } = sides();
    const datagram = client.seal(HEADER, 0, -1, CHUNKS);
    for (let bit = 0; bit < 8 * datagram.length; bit++) {
      const damaged = datagram.slice();
      damaged[bit >>> 3] = (damaged[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      const packet = (() => {
        try {
          return parsePacket(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(UdpFault);
          return undefined;
        }
      })();
      if (packet?.kind === 'handshake') expect(server.open(damaged, packet)).toBeUndefined();
    }
    expect(open(server, datagram)).toMatchObject({ number: 0 });
  });

  test('T5 [PACKET-5]: mutated bytes are dropped', () => {
    const random = seeded(4);
    const { client, server } = sides();
    const datagram = client.seal(HEADER, 0, -1, CHUNKS);
    let dropped = 0;
    for (let round = 0; round < 5_000; round++) {
      const damaged = mutate(datagram, random);
      if (Buffer.compare(damaged, datagram) === 0) continue;
      try {
        const packet = parsePacket(damaged);
        if (packet.kind === 'handshake') expect(server.open(damaged, packet)).toBeUndefined();
      } catch (error) {
        expect(error).toBeInstanceOf(UdpFault);
      }
      dropped++;
    }
    expect(dropped).toBeGreaterThan(4_000);
    expect(open(server, datagram)).toMatchObject({ number: 0 });
  });

  test.each([0x04, 0x08, 0x0c])(
    'T5 [PACKET-4]: dropped with reserved bits %d, though it authenticates',
    (flags) => {
      const { server } = sides();
      const { client } = handshakeKeys(testCrypto, FIRST);
      const writer = new ByteWriter(new Uint8Array(handshakeHeaderBytes(HEADER)));
      writeHandshakeHeader(writer, HEADER);
      const seal = (header: Uint8Array) => sealPacket(client, header, 0, -1, CHUNKS);
      const reserved = writer.written.slice();
      reserved[0] = (reserved[0] ?? 0) | flags;
      expect(open(server, seal(reserved))).toBeUndefined();
      expect(open(server, seal(writer.written))).toMatchObject({ number: 0 });
    },
  );

  test('T5 [KEYS-1] [PACKET-2]: a packet received before is dropped, and no number is sealed twice', () => {
    const { client, server } = sides();
    const datagram = client.seal(HEADER, 3, -1, CHUNKS);
    expect(open(server, datagram)).toMatchObject({ number: 3 });
    expect(open(server, datagram)).toBeUndefined();
    expect(() => client.seal(HEADER, 3, -1, CHUNKS)).toThrow('packet number 3 after 3');
  });
});
