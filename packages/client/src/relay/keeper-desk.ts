/** The relay's end of the keeper: what one window asks of the profile [RELAY-6]. No sockets. */
import { fromBase64Url, toBase64Url } from '../login/base64url.ts';
import { generateDeviceKey, importDeviceKey } from '../login/index.ts';
import type { ClientStore, DeviceSigner } from '../store.ts';
import { applyRecord, keptRecord, type Record, recordsOf } from '../stores/records.ts';
import {
  type KeeperAnswer,
  type KeeperAnswers,
  type KeeperRequest,
  type OpenedProfile,
  readRequest,
} from './keeper.ts';

export interface KeeperDeskOptions {
  /** The profile; stays the caller's. */
  store: ClientStore;
  server: OpenedProfile['server'];
  /** What a page has in place of a session's token, and the other way round: undefined for what it never had. */
  hideToken(token: Uint8Array): Uint8Array;
  revealToken(hidden: Uint8Array): Uint8Array | undefined;
  /** Whether these bytes prove something of a connection of this relay. */
  maySign(bytes: Uint8Array): boolean;
  /** False for a fingerprint that was not shown. */
  trust(fingerprint: string): Promise<boolean>;
}

/** A window at the desk. */
export interface KeeperGuest {
  /** Another one has taken the profile. */
  taken(): void;
}

class Refusal extends Error {
  readonly reason: 'inUse' | 'refused';

  constructor(reason: Refusal['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

export class KeeperDesk {
  readonly #options: KeeperDeskOptions;
  #signer: Promise<DeviceSigner> | undefined;
  #owner: KeeperGuest | undefined;

  constructor(options: KeeperDeskOptions) {
    this.#options = options;
  }

  /** The answer as it is sent; undefined for what is no request. Never rejects. */
  async answer(text: string, guest: KeeperGuest): Promise<string | undefined> {
    const asked = readRequest(text);
    if (asked === undefined) return undefined;
    const { id, request } = asked;
    return JSON.stringify(await this.#result(id, request, guest));
  }

  leave(guest: KeeperGuest): void {
    if (this.#owner === guest) this.#owner = undefined;
  }

  async #result(id: number, request: KeeperRequest, guest: KeeperGuest): Promise<KeeperAnswer> {
    try {
      return { id, ok: true, value: await this.#carryOut(request, guest) };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { id, ok: false, reason: error instanceof Refusal ? error.reason : 'failed', message };
    }
  }

  async #carryOut(request: KeeperRequest, guest: KeeperGuest): Promise<KeeperAnswers[KeeperRequest['kind']]> {
    switch (request.kind) {
      case 'open':
        return this.#open(request.take, guest);
      case 'save':
        this.#check(guest);
        await applyRecord(this.#revealed(request.record), this.#options.store);
        return null;
      case 'key':
        this.#check(guest);
        return toBase64Url((await this.#key()).publicKey);
      case 'sign':
        this.#check(guest);
        return toBase64Url(await this.#sign(fromBase64Url(request.bytes)));
      case 'trust':
        if (await this.#options.trust(request.fingerprint)) return null;
        throw new Refusal('refused', 'no server has shown this fingerprint');
    }
  }

  async #open(take: boolean, guest: KeeperGuest): Promise<OpenedProfile> {
    if (this.#owner !== undefined && this.#owner !== guest) {
      if (!take) throw new Refusal('inUse', 'another window has this profile');
      this.#owner.taken();
    }
    this.#owner = guest;
    const { store } = this.#options;
    const [snapshot, pages] = [await store.load(), await store.loadKept()];
    const kept = [...recordsOf(snapshot), keptRecord(snapshot.logIncarnation, pages)];
    const records = kept.filter(({ kind }) => kind !== 'deviceKey').map((record) => this.#hidden(record));
    return { records, server: this.#options.server };
  }

  #check(guest: KeeperGuest): void {
    if (this.#owner !== guest) throw new Refusal('inUse', 'this window does not have the profile');
  }

  #key(): Promise<DeviceSigner> {
    this.#signer ??= this.#loadKey().catch((error) => {
      this.#signer = undefined;
      throw error;
    });
    return this.#signer;
  }

  async #loadKey(): Promise<DeviceSigner> {
    const { store } = this.#options;
    const { deviceKey } = await store.load();
    if (deviceKey !== undefined) return importDeviceKey(deviceKey);
    const made = await generateDeviceKey();
    await store.saveDeviceKey(await made.export());
    return made;
  }

  async #sign(bytes: Uint8Array): Promise<Uint8Array> {
    if (!this.#options.maySign(bytes))
      throw new Refusal('refused', 'only proofs of connections of this relay are signed');
    return (await this.#key()).sign(bytes);
  }

  #hidden(record: Record): Record {
    return withToken(record, (token) => this.#options.hideToken(token));
  }

  /** A token that this relay never gave away is no session of anybody. */
  #revealed(record: Record): Record {
    return withToken(record, (hidden) => {
      const token = this.#options.revealToken(hidden);
      if (token === undefined) throw new Refusal('refused', 'no such token was given to a window');
      return token;
    });
  }
}

function withToken(record: Record, change: (token: Uint8Array) => Uint8Array): Record {
  if (record.kind !== 'session' || record.session === null) return record;
  const token = toBase64Url(change(fromBase64Url(record.session.token)));
  return { ...record, session: { ...record.session, token } };
}
