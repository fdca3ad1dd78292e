/** The session and the device key that this client holds, in step with the store (T11, T13). */
import { type FrameMessage, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Opened } from '../connection/open.ts';
import { NotConnected } from '../errors.ts';
import { generateDeviceKey, importDeviceKey, resumeSteps } from '../login/index.ts';
import type { ClientSnapshot, ClientStore, DeviceSigner, StoredSession } from '../store.ts';

export type Granted = FrameMessage<'sessionGranted'>;

export class Credentials {
  readonly #store: ClientStore;
  #session: StoredSession | undefined;
  #storedKey: Uint8Array | undefined;
  #deviceKey: DeviceSigner | undefined;
  #lastNamed = 0;

  constructor(store: ClientStore, { session, deviceKey }: ClientSnapshot) {
    this.#store = store;
    this.#session = session;
    this.#storedKey = deviceKey;
  }

  get session(): StoredSession | undefined {
    return this.#session;
  }

  /** The highest generation of the session that this client has named in a Resume; 0 before it has. */
  get lastNamed(): number {
    return this.#lastNamed;
  }

  /** This device's key, made and stored when first asked for. */
  async deviceKey(): Promise<DeviceSigner> {
    if (this.#deviceKey !== undefined) return this.#deviceKey;
    if (this.#store.deviceSigner !== undefined) {
      this.#deviceKey = await this.#store.deviceSigner();
    } else if (this.#storedKey !== undefined) {
      this.#deviceKey = await importDeviceKey(this.#storedKey);
    } else {
      const key = await generateDeviceKey();
      this.#storedKey = await key.export();
      await this.#store.saveDeviceKey(this.#storedKey);
      this.#deviceKey = key;
    }
    return this.#deviceKey;
  }

  /**
   * Carries the stored session on over this connection. A later call makes an earlier one void: what is granted to that
   * rejects with NotConnected and is not kept, since the server will not know its token any more.
   */
  async resume({ link, transcriptHash }: Opened, signal: AbortSignal): Promise<Granted> {
    const deviceKey = await this.deviceKey();
    signal.throwIfAborted();
    const named = await this.#nameGeneration();
    const granted = await resumeSteps(
      (name, fields) => link.request(name, fields, signal),
      { token: named.token, generation: named.generation, deviceKey },
      { transcriptHash, binding: link.binding },
    );
    if (this.#session !== named) throw new NotConnected('the session goes on over another connection');
    await this.keep(granted);
    return granted;
  }

  /** The new token is stored before it is ever used: the server forgets the old one at that use. */
  async keep({ sessionId, token, generation, user }: Granted): Promise<void> {
    if (user === undefined) throw new SottoError(ErrorCode.MALFORMED_FRAME, 'sessionGranted without a user');
    if (this.#session?.id !== sessionId) this.#lastNamed = 0;
    this.#session = {
      id: sessionId,
      token,
      generation,
      userName: user.name,
      userNumber: user.number,
      userUuid: user.uuid,
      owner: user.owner,
    };
    await this.#store.saveSession(this.#session);
  }

  /**
   * A Resume names a generation above every one before it, those of earlier runs included, so that one of them that
   * arrives late takes nothing over. Where none is known (a session stored by an older version) it is the server's to name.
   */
  async #nameGeneration(): Promise<StoredSession> {
    if (this.#session === undefined) throw new SottoError(ErrorCode.SESSION_UNKNOWN, 'no session is stored');
    const highest = Math.max(this.#session.generation, this.#lastNamed);
    const named = { ...this.#session, generation: highest === 0 ? 0 : highest + 1 };
    this.#session = named;
    this.#lastNamed = named.generation;
    await this.#store.saveSession(named);
    return named;
  }

  async forget(): Promise<void> {
    this.#session = undefined;
    this.#lastNamed = 0;
    await this.#store.saveSession(undefined);
  }
}
