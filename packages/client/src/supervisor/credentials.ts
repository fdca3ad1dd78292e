/** The session and the device key that this client holds, in step with the store (T11, T13). */
import { type FrameMessage, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Opened } from '../connection/open.ts';
import { type DeviceKey, generateDeviceKey, importDeviceKey, resumeSteps } from '../login/index.ts';
import type { ClientSnapshot, ClientStore, StoredSession } from '../store.ts';

export type Granted = FrameMessage<'sessionGranted'>;

export class Credentials {
  readonly #store: ClientStore;
  #session: StoredSession | undefined;
  #storedKey: Uint8Array | undefined;
  #deviceKey: DeviceKey | undefined;

  constructor(store: ClientStore, { session, deviceKey }: ClientSnapshot) {
    this.#store = store;
    this.#session = session;
    this.#storedKey = deviceKey;
  }

  get session(): StoredSession | undefined {
    return this.#session;
  }

  /** This device's key, made and stored when first asked for. */
  async deviceKey(): Promise<DeviceKey> {
    if (this.#deviceKey !== undefined) return this.#deviceKey;
    if (this.#storedKey !== undefined) {
      this.#deviceKey = await importDeviceKey(this.#storedKey);
    } else {
      const key = await generateDeviceKey();
      this.#storedKey = await key.export();
      await this.#store.saveDeviceKey(this.#storedKey);
      this.#deviceKey = key;
    }
    return this.#deviceKey;
  }

  /** Carries the stored session on over this connection. */
  async resume({ link, transcriptHash }: Opened, signal: AbortSignal): Promise<Granted> {
    if (this.#session === undefined) throw new SottoError(ErrorCode.SESSION_UNKNOWN, 'no session is stored');
    const { token } = this.#session;
    const granted = await resumeSteps(
      (name, fields) => link.request(name, fields, signal),
      { token, deviceKey: await this.deviceKey() },
      { transcriptHash, binding: link.binding },
    );
    await this.keep(granted);
    return granted;
  }

  /** The new token is stored before it is ever used: the server forgets the old one at that use. */
  async keep({ sessionId, token, user }: Granted): Promise<void> {
    if (user === undefined) throw new SottoError(ErrorCode.MALFORMED_FRAME, 'sessionGranted without a user');
    this.#session = {
      id: sessionId,
      token,
      userName: user.name,
      userNumber: user.number,
      userUuid: user.uuid,
      owner: user.owner,
    };
    await this.#store.saveSession(this.#session);
  }

  async forget(): Promise<void> {
    this.#session = undefined;
    await this.#store.saveSession(undefined);
  }
}
