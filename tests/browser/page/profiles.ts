/** What the test asks of profiles behind the SDK's back. */
import { openIndexedDbStore, ProfileTaken } from '@sotto/client/browser';

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function valuesOf(profile: string): Promise<Map<IDBValidKey, unknown>> {
  const database = await settled(indexedDB.open(`sotto/${profile}`));
  const store = database.transaction(['values']).objectStore('values');
  const [keys, values] = await Promise.all([settled(store.getAllKeys()), settled(store.getAll())]);
  database.close();
  return new Map(keys.map((key, index) => [key, values[index]]));
}

/** The names of values that are keys as bytes. */
const bytesIn = (values: ReadonlyMap<IDBValidKey, unknown>): IDBValidKey[] =>
  [...values].filter(([, value]) => value instanceof Uint8Array).map(([name]) => name);

/** What the profile tells of the device's key. */
export async function keyOf(profile: string) {
  const values = await valuesOf(profile);
  const { privateKey } = values.get('key') as { privateKey: CryptoKey };
  const exported = await crypto.subtle.exportKey('pkcs8', privateKey).then(
    () => 'exported',
    (error: Error) => error.name,
  );
  return { bytes: bytesIn(values), extractable: privateKey.extractable, exported };
}

/** A profile as an older version left it. */
export async function hidesOlderKey() {
  const profile = `older ${crypto.randomUUID()}`;
  await (await openIndexedDbStore(profile)).close();
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
  const kept = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey));
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const database = await settled(indexedDB.open(`sotto/${profile}`));
  await settled(database.transaction(['values'], 'readwrite').objectStore('values').put(kept, 'deviceKey'));
  database.close();
  const store = await openIndexedDbStore(profile);
  const signer = await store.deviceSigner?.();
  const said = new Uint8Array([1, 2, 3]);
  const signature = Uint8Array.from((await signer?.sign(said)) ?? []);
  const signs = await crypto.subtle.verify('Ed25519', pair.publicKey, signature, said);
  await store.close();
  const samePublicKey = signer?.publicKey.toString() === publicKey.toString();
  return { samePublicKey, signs, bytes: bytesIn(await valuesOf(profile)) };
}

let rouse = (): void => {};

/** Lets `writesUnheard` go on. */
export function wake(): void {
  rouse();
}

/** A tab that hears nothing of who wants its profile, and writes to it afterwards. */
export async function writesUnheard(profile: string): Promise<string[]> {
  deafen();
  const store = await openIndexedDbStore(profile);
  Object.assign(globalThis, { opened: true });
  const { promise, resolve } = Promise.withResolvers<void>();
  rouse = resolve;
  await promise;
  const names: string[] = [];
  for (const write of [() => store.saveSession(undefined), () => store.saveNetworks([])]) {
    await write().catch((error: unknown) => {
      names.push(error instanceof ProfileTaken ? error.name : String(error));
    });
  }
  return names;
}

/** As a browser does that has put the page to sleep: nobody is told that the lock was stolen, or asked for. */
function deafen(): void {
  const { locks } = navigator;
  const request = locks.request.bind(locks) as (...given: unknown[]) => Promise<unknown>;
  const never = new Promise(() => {});
  Object.assign(locks, { request: (...given: unknown[]) => request(...given).catch(() => never) });
  class Deaf {
    onmessage = null;
    postMessage(): void {}
    close(): void {}
  }
  Object.assign(globalThis, { BroadcastChannel: Deaf });
}
