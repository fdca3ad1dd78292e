import { describe, expect, test } from 'bun:test';
import type { CryptoEngine } from '../engines.ts';
import { testCrypto } from '../testing/crypto.ts';
import type { ConnectionId } from '../wire/packet.ts';
import {
  handshakeKeys,
  hkdfExpandLabel,
  hkdfExtract,
  type KeysContext,
  keysContext,
  nextSecret,
  packetKeys,
  writeNonce,
} from './keys.ts';
import { openPacket, sealPacket, unmask } from './seal.ts';

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const hex = (from: Uint8Array) => Buffer.from(from).toString('hex');
const expand = (secret: string, label: string, length: number) =>
  hex(hkdfExpandLabel(testCrypto, bytes(secret), label, length));

/** RFC 9001 appendix A.1. */
const SALT = '38762cf7f55934b34d179ae6a4c80cadccbb7f0a';
const INITIAL = '7db5df06e7a69e432496adedb00851923595221596ae2ae9fb8115c1e9ed0a44';
const CLIENT = 'c00cf151ca5be075ed0ebfb5c80323c42d6b7db67881289af4008f1f6c357aea';
const SERVER = '3c199828fd139efd216c155ad844cc81fb82fa8d7446fa7d78be803acdda951b';
/** RFC 9001 appendix A.5. */
const CHACHA = '9ac312a7f877468ebe69422748ad00a15443f18203a07d6060f688f30f21632b';

/** Keys as RFC 9001 has them, for its AES-128. */
const rfcKeys = (secret: string) => ({
  aead: testCrypto.aead(bytes(expand(secret, 'quic key', 16))),
  iv: bytes(expand(secret, 'quic iv', 12)),
  mask: testCrypto.block(bytes(expand(secret, 'quic hp', 16))),
});

describe('RFC 9001 appendix A', () => {
  test('T5 [SHAKE-1]: A.1, secrets of both sides', () => {
    expect(hex(hkdfExtract(testCrypto, bytes(SALT), bytes('8394c8f03e515708')))).toBe(INITIAL);
    expect(expand(INITIAL, 'client in', 32)).toBe(CLIENT);
    expect(expand(INITIAL, 'server in', 32)).toBe(SERVER);
  });

  test.each([
    [CLIENT, 'quic key', '1f369613dd76d5467730efcbe3b1a22d'],
    [CLIENT, 'quic iv', 'fa044b2f42a3fd3b46fb255c'],
    [CLIENT, 'quic hp', '9f50449e04a0e810283a1e9933adedd2'],
    [SERVER, 'quic key', 'cf3a5331653c364c88f0f379b6067e37'],
    [SERVER, 'quic iv', '0ac1493ca1905853b0bba03e'],
    [SERVER, 'quic hp', 'c206b8d9b9f0f37644430b490eeaa314'],
    [CHACHA, 'quic key', 'c6d98ff3441c3fe1b2182094f69caa2ed4b716b65488960a7a984979fb23e1c8'],
    [CHACHA, 'quic iv', 'e0459b3474bdd0e44a41c144'],
    [CHACHA, 'quic hp', '25a282b9e82f06f21f488917a4fc8f1b73573685608597d0efcb076b0ab7a7a4'],
    [CHACHA, 'quic ku', '1223504755036d556342ee9361d253421a826c9ecdf3c7148684b36b714881f9'],
  ])('T5 [SHAKE-6]: A.1 and A.5, labels: %s %s', (secret, label, expected) => {
    expect(expand(secret, label, expected.length / 2)).toBe(expected);
  });

  test('T5 [PACKET-3]: A.2, the packet of the client and its mask', () => {
    const hello = bytes(
      `060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c0000041301
       13020100 00c000000010000e00000b6578616d706c652e636f6dff01000100000a00080006001d0017001800100007
       000504616c706e000500050100000000003300260024001d00209370b2c9caa47fbabaf4559fedba753de171fa71f5
       0f1ce15d43e994ec74d748002b0003020304000d0010000e0403050306030203080408050806002d00020101001c00
       0240010039003204 08ffffffffffffffff05048000ffff07048000ffff08011001048000 75300901100f088394c8f0
       3e51570806048000ffff`.replaceAll(/\s/g, ''),
    );
    const chunks = new Uint8Array(1162);
    chunks.set(hello);
    // A long ack back makes the packet number 4 bytes long, as it is there.
    const keys = rfcKeys(CLIENT);
    const packet = sealPacket(keys, bytes('c000000001088394c8f03e5157080000449e'), 2, -(2 ** 24), chunks);
    expect(packet.length).toBe(1200);
    expect(hex(packet.subarray(0, 22))).toBe('c000000001088394c8f03e5157080000449e7b9aec34');
    expect(hex(packet.subarray(22, 38))).toBe('d1b1c98dd7689fb8ec11d242b123dc9b');
    expect(hex(packet.subarray(-16))).toBe('e221af44860018ab0856972e194cd934');
    const opened = unmask(keys, packet, 18, -1);
    expect(opened).toMatchObject({ flags: 0xc3, number: 2 });
    expect(openPacket(keys, opened)).toEqual(chunks);
  });

  test('T5 [PACKET-3]: A.3, the packet of the server, whole', () => {
    const chunks = bytes(
      `02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf73988cfc79825df566dc5430b9a045a1200
       130100002e00330024001d00209d3c940d89690b84d08a60993c144eca684d1081287c834d5311bcf32bb9da1a002b00
       020304`.replaceAll(/\s/g, ''),
    );
    const keys = rfcKeys(SERVER);
    const packet = sealPacket(keys, bytes('c0000000010008f067a5502a4262b5004075'), 1, -200, chunks);
    expect(hex(packet)).toBe(
      `cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb3
       8cc5a99f5ede4cf73c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84
       022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc42158407dd074ee`.replaceAll(/\s/g, ''),
    );
    const opened = unmask(keys, packet, 18, 0);
    expect(opened).toMatchObject({ flags: 0xc1, number: 1 });
    expect(openPacket(keys, opened)).toEqual(chunks);
  });

  test('T5 [ADMIT-3]: A.4, a tag of AES-128-GCM over nothing but associated data', () => {
    const retry = bytes('088394c8f03e515708ff000000010008f067a5502a4262b5746f6b656e');
    const aead = testCrypto.aead(bytes('be0c690b9f66575a1d766b54e368c84e'));
    const tag = aead.seal(bytes('461599d35d632bf2239825bb'), retry, new Uint8Array(0));
    expect(hex(tag)).toBe('04a265ba2eff4d829058fb3f0f2496ba');
  });
});

describe('keys', () => {
  /** Notes which keys are asked for. */
  function noting(): { engine: CryptoEngine; made: string[] } {
    const made: string[] = [];
    const engine: CryptoEngine = {
      ...testCrypto,
      aead: (key) => {
        made.push(`aead ${hex(key)}`);
        return testCrypto.aead(key);
      },
      block: (key) => {
        made.push(`block ${hex(key)}`);
        return testCrypto.block(key);
      },
    };
    return { engine, made };
  }

  test('T5 [SHAKE-6]: key, nonce base and mask key have 32, 12 and 32 bytes and labels of their own', () => {
    const { engine, made } = noting();
    const keys = packetKeys(engine, bytes(CHACHA));
    expect(made).toEqual([
      `aead ${expand(CHACHA, 'sotto key', 32)}`,
      `block ${expand(CHACHA, 'sotto hp', 32)}`,
    ]);
    expect(hex(keys.iv)).toBe(expand(CHACHA, 'sotto iv', 12));
  });

  test('T5 [SHAKE-1]: handshake keys come from the version and the first ID, and differ by side', () => {
    const { engine, made } = noting();
    handshakeKeys(engine, 0x8394c8f03e515708n as ConnectionId);
    const salt = testCrypto.sha256(new TextEncoder().encode('sotto/udp/1 handshake'));
    const initial = hex(hkdfExtract(testCrypto, salt, bytes('8394c8f03e515708')));
    expect(made).toEqual(
      ['client in', 'server in'].flatMap((label) => {
        const secret = expand(initial, label, 32);
        return [`aead ${expand(secret, 'sotto key', 32)}`, `block ${expand(secret, 'sotto hp', 32)}`];
      }),
    );
  });

  test('T5 [KEYS-2]: the secret of the next phase has a label of its own', () => {
    expect(hex(nextSecret(testCrypto, bytes(CHACHA)))).toBe(expand(CHACHA, 'sotto ku', 32));
  });

  test.each([
    [0, '000000000000000000000000'],
    [0x01020304050607, '000000000001020304050607'],
    [2 ** 53 - 1, '00000000001fffffffffffff'],
  ])('T5 [PACKET-3]: nonce of packet %d', (number, expected) => {
    const nonce = new Uint8Array(12);
    writeNonce(nonce, new Uint8Array(12), number);
    expect(hex(nonce)).toBe(expected);
    writeNonce(nonce, bytes('ff'.repeat(12)), number);
    expect(hex(nonce.map((byte) => byte ^ 0xff))).toBe(expected);
  });

  test('T5 T6 [SHAKE-5]: each part of the context changes the keys, also where one grows and the other shrinks', () => {
    const id = (n: number) => BigInt(n) as ConnectionId;
    const base: KeysContext = {
      version: 1,
      firstId: id(2),
      clientId: id(3),
      serverId: id(4),
      clientParameters: bytes('0506'),
      serverParameters: bytes('07'),
    };
    const contexts: KeysContext[] = [
      base,
      { ...base, version: 2 },
      { ...base, firstId: id(9) },
      { ...base, clientId: id(4), serverId: id(3) },
      { ...base, serverId: id(9) },
      { ...base, clientParameters: bytes('0507') },
      { ...base, clientParameters: bytes('05'), serverParameters: bytes('0607') },
      { ...base, serverParameters: bytes('') },
    ];
    const hashes = contexts.map((context) => hex(keysContext(testCrypto, context)));
    expect(new Set(hashes).size).toBe(contexts.length);
    const input = bytes('00000001 0000000000000002 0000000000000003 0000000000000004 0002 0506 0001 07');
    expect(hashes[0]).toBe(hex(testCrypto.sha256(input)));
  });
});
