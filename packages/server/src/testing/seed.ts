/** Accounts with sessions, made in storage without OPAQUE: for tests and benchmarks that are not about logging in. */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { readName, type SessionId } from '@sotto/model';
import { nameSkeleton } from '@sotto/model/names-skeleton';
import type { Random } from '@sotto/protocol';
import { uuidOf } from '../accounts/digests.ts';
import type { UserRecord } from '../accounts/store.ts';
import type { Store } from '../storage/store.ts';

/** What a client that has logged in keeps. */
export interface SeededSession {
  user: UserRecord;
  sessionId: SessionId;
  token: Uint8Array;
  /** The device's Ed25519 private key, PKCS #8. */
  deviceKey: Uint8Array;
  sign(bytes: Uint8Array): Uint8Array;
}

export async function seedUser(
  store: Store,
  random: Random,
  name: string,
  nowMs: number,
): Promise<UserRecord> {
  const reading = readName(name);
  if (reading.kind === 'invalid') throw new Error(reading.reason);
  const result = await store.accounts.createUser({
    uuid: uuidOf(random.bytes(16)),
    name: reading.name,
    nameKey: reading.key,
    nameSkeleton: nameSkeleton(reading.name),
    registrationRecord: new Uint8Array(192),
    createdMs: nowMs,
  });
  if (result.kind !== 'created') throw new Error(`${name}: ${result.kind}`);
  return result.user;
}

/** A session on a device of its own. */
export async function seedSession(
  store: Store,
  random: Random,
  user: UserRecord,
  nowMs: number,
): Promise<SeededSession> {
  const pkcs8 = Buffer.concat([PKCS8_HEAD, random.bytes(32)]);
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const token = random.bytes(32);
  const started = await store.accounts.startSession({
    id: uuidOf(random.bytes(16)) as string as SessionId,
    user: user.number,
    deviceKey: rawPublicKey(key),
    deviceName: 'seeded',
    agent: 'seeded',
    tokenHash: new Uint8Array(createHash('sha256').update(token).digest()),
    nowMs,
  });
  if (started.kind !== 'started') throw new Error(`${user.name}: ${started.kind}`);
  return {
    user,
    sessionId: started.session.id,
    token,
    deviceKey: new Uint8Array(pkcs8),
    sign: (bytes) => new Uint8Array(sign(null, bytes, key)),
  };
}

/** RFC 8410: the fixed head of an Ed25519 private key in PKCS #8. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

function rawPublicKey(key: KeyObject): Uint8Array {
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return new Uint8Array(spki.subarray(-32));
}
