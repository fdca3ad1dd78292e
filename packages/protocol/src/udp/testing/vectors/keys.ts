/** Vectors of SHAKE-1, SHAKE-5, SHAKE-6, KEYS-2, PACKET-3, ADMIT-2, ADMIT-3 and RESET-1. */
import { HANDSHAKE_SALT_SEED, RETRY_SEED, UDP_VERSION_1 } from '../../constants.ts';
import { hkdfExpandLabel, hkdfExtract, keysContext, nextSecret, writeNonce } from '../../crypto/keys.ts';
import { HandshakeProtection, Protection } from '../../crypto/protection.ts';
import { resetKey, resetToken } from '../../crypto/reset.ts';
import { RetryTokens, sealRetry } from '../../crypto/token.ts';
import type { ConnectionId } from '../../wire/packet.ts';
import { defaultParameters, encodeParameters } from '../../wire/parameters.ts';
import { testCrypto } from '../crypto.ts';
import { counting, hex, idHex, type Json } from './json.ts';

const CLIENT_ID = 0xc0c1c2c3c4c5c6c7n as ConnectionId;
const SERVER_ID = 0x5051525354555657n as ConnectionId;
const FIRST_ID = 0x8394c8f03e515708n as ConnectionId;
const EXPORTED = counting(64);
const ascii = (text: string) => new TextEncoder().encode(text);
const expand = (secret: Uint8Array, label: string, length: number) =>
  hkdfExpandLabel(testCrypto, secret, label, length);

/** What SHAKE-6 makes of a secret. */
const keysOf = (secret: Uint8Array) => ({
  secret: hex(secret),
  key: hex(expand(secret, 'sotto key', 32)),
  iv: hex(expand(secret, 'sotto iv', 12)),
  mask: hex(expand(secret, 'sotto hp', 32)),
});

function handshakeSecrets(firstId: ConnectionId) {
  const salt = testCrypto.sha256(ascii(HANDSHAKE_SALT_SEED));
  const initial = hkdfExtract(testCrypto, salt, Buffer.from(idHex(firstId), 'hex'));
  return {
    salt,
    initial,
    client: expand(initial, 'client in', 32),
    server: expand(initial, 'server in', 32),
  };
}

/** The keys of a phase: the mask stays that of the first. */
function phase(secret: Uint8Array, index: number): { [name: string]: Json } {
  let current = secret;
  for (let count = 0; count < index; count++) current = nextSecret(testCrypto, current);
  return { phase: index, ...keysOf(current), mask: keysOf(secret).mask };
}

export function keySchedule(): Json {
  const { salt, initial, client, server } = handshakeSecrets(FIRST_ID);
  const clientParameters = encodeParameters(defaultParameters());
  const serverParameters = encodeParameters({ ...defaultParameters(), laneCredit: 1_000 });
  const ids = { version: UDP_VERSION_1, firstId: FIRST_ID, clientId: CLIENT_ID, serverId: SERVER_ID };
  const context = keysContext(testCrypto, { ...ids, clientParameters, serverParameters });
  return {
    handshake: {
      firstId: idHex(FIRST_ID),
      salt: hex(salt),
      initialSecret: hex(initial),
      client: keysOf(client),
      server: keysOf(server),
    },
    exporterContext: {
      version: UDP_VERSION_1,
      firstId: idHex(FIRST_ID),
      clientId: idHex(CLIENT_ID),
      serverId: idHex(SERVER_ID),
      clientParameters: hex(clientParameters),
      serverParameters: hex(serverParameters),
      context: hex(context),
    },
    connection: {
      exported: hex(EXPORTED),
      client: [0, 1, 2].map((index) => phase(EXPORTED.subarray(0, 32), index)),
      server: [0, 1, 2].map((index) => phase(EXPORTED.subarray(32), index)),
    },
  };
}

interface Sealed {
  name: string;
  keys: ReturnType<typeof keysOf>;
  /** Of the packet number. */
  length: number;
  headerBytes: number;
  number: number;
  largestAcked: number;
  chunks: Uint8Array;
  datagram: Uint8Array;
}

/** Every step of RFC 9001 sections 5.3 and 5.4, taken apart again. */
function explained({
  name,
  keys,
  length,
  headerBytes,
  number,
  largestAcked,
  chunks,
  datagram,
}: Sealed): Json {
  const bytes = (from: string) => Buffer.from(from, 'hex');
  const sample = datagram.subarray(headerBytes + 4, headerBytes + 20);
  const mask = testCrypto.block(bytes(keys.mask))(sample).subarray(0, 5);
  const header = datagram.slice(0, headerBytes + length);
  header[0] = (header[0] ?? 0) ^ ((mask[0] ?? 0) & ((header[0] ?? 0) < 0x80 ? 0x1f : 0x0f));
  for (let index = 0; index < length; index++) {
    header[headerBytes + index] = (header[headerBytes + index] ?? 0) ^ (mask[1 + index] ?? 0);
  }
  const nonce = new Uint8Array(12);
  writeNonce(nonce, bytes(keys.iv), number);
  return {
    name,
    key: keys.key,
    iv: keys.iv,
    maskKey: keys.mask,
    number,
    largestAcked,
    chunks: hex(chunks),
    nonce: hex(nonce),
    associated: hex(header),
    sample: hex(sample),
    mask: hex(mask),
    datagram: hex(datagram),
  };
}

const CHUNKS = Uint8Array.of(0x04, 0x01, 0x00, 0x05, 0x68, 0x65, 0x6c, 0x6c, 0x6f);

function shortPackets(): Json[] {
  const keys = keysOf(EXPORTED.subarray(0, 32));
  const cases: [name: string, number: number, largestAcked: number, length: number, chunks: Uint8Array][] = [
    ['first packet of a client', 0, -1, 1, CHUNKS],
    ['number in two bytes', 300, 100, 2, CHUNKS],
    ['number in three bytes', 1_000_000, 900_000, 3, CHUNKS],
    ['number in four bytes, beyond 2^32', 2 ** 40 + 5, 2 ** 40 - 2 ** 24, 4, CHUNKS],
    ['one chunk of one byte, padded', 2 ** 40 + 6, 2 ** 40 + 5, 1, Uint8Array.of(0x01)],
  ];
  const protection = new Protection(testCrypto, 'client', EXPORTED);
  return cases.map(([name, number, largestAcked, length, chunks]) => {
    const datagram = protection.seal(SERVER_ID, number, largestAcked, chunks);
    return explained({ name, keys, length, headerBytes: 9, number, largestAcked, chunks, datagram });
  });
}

function updatedPacket(): Json {
  const first = keysOf(EXPORTED.subarray(32));
  const keys = { ...keysOf(nextSecret(testCrypto, EXPORTED.subarray(32))), mask: first.mask };
  const protection = new Protection(testCrypto, 'server', EXPORTED);
  const client = new Protection(testCrypto, 'client', EXPORTED);
  protection.seal(CLIENT_ID, 0, -1, CHUNKS);
  protection.acknowledged(0);
  protection.updateNow();
  const datagram = protection.seal(CLIENT_ID, 1, 0, CHUNKS);
  client.seal(SERVER_ID, 0, -1, CHUNKS);
  if (client.open(0, datagram, 0)?.number !== 1) throw new Error('the update does not open');
  const name = 'first packet of a server after a key update';
  return explained({
    name,
    keys,
    length: 1,
    headerBytes: 9,
    number: 1,
    largestAcked: 0,
    chunks: CHUNKS,
    datagram,
  });
}

function handshakePackets(): Json[] {
  const { client, server } = handshakeSecrets(FIRST_ID);
  const token = counting(23, 0xa0);
  const up = new HandshakeProtection(testCrypto, 'client', FIRST_ID);
  const down = new HandshakeProtection(testCrypto, 'server', FIRST_ID);
  const version = UDP_VERSION_1;
  const ping = Uint8Array.of(0x01, 0x00, 0x00, 0x00);
  return [
    explained({
      name: 'handshake packet of a client with a token',
      keys: keysOf(client),
      length: 1,
      headerBytes: 22 + token.length,
      number: 1,
      largestAcked: -1,
      chunks: ping,
      datagram: up.seal({ version, to: FIRST_ID, from: CLIENT_ID, token }, 1, -1, ping),
    }),
    explained({
      name: 'handshake packet of a server',
      keys: keysOf(server),
      length: 1,
      headerBytes: 22,
      number: 0,
      largestAcked: -1,
      chunks: CHUNKS,
      datagram: down.seal(
        { version, to: CLIENT_ID, from: SERVER_ID, token: new Uint8Array(0) },
        0,
        -1,
        CHUNKS,
      ),
    }),
  ];
}

export const packetProtection = (): Json => [...handshakePackets(), ...shortPackets(), updatedPacket()];

export function retries(): Json {
  const key = counting(32, 0x20);
  const tokens = new RetryTokens(testCrypto, { bytes: () => key }, 0);
  const time = 12_345.75;
  const path = '192.0.2.1|40000';
  const token = tokens.mint(time, path, FIRST_ID);
  const header = { version: UDP_VERSION_1, to: CLIENT_ID, from: SERVER_ID, token, firstId: FIRST_ID };
  const seed = testCrypto.sha256(ascii(RETRY_SEED));
  return {
    token: {
      key: hex(key),
      keyId: 0,
      timeMs: Math.floor(time),
      address: path,
      to: idHex(FIRST_ID),
      token: hex(token),
    },
    tag: {
      key: hex(seed.subarray(0, 16)),
      nonce: hex(seed.subarray(16, 28)),
      firstId: idHex(FIRST_ID),
      version: UDP_VERSION_1,
      to: idHex(CLIENT_ID),
      from: idHex(SERVER_ID),
      token: hex(token),
      datagram: hex(sealRetry(testCrypto, header)),
    },
  };
}

export function resets(): Json {
  const secret = counting(48, 0x30);
  const key = resetKey(testCrypto, secret);
  return {
    secret: hex(secret),
    key: hex(key),
    tokens: [FIRST_ID, CLIENT_ID].map((id) => ({
      id: idHex(id),
      token: hex(resetToken(testCrypto, key, id)),
    })),
  };
}
