/** An account's devices (A5): those with a living session [DEVICE-1] to [DEVICE-3]. */
import { DEVICE_NAME_MAX_BYTES, type DeviceNumber, PAGE_MAX, type UserNumber } from '@sotto/model';
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { needLabel } from './checks.ts';
import type { Sessions } from './sessions.ts';
import type { AccountStore, SessionRecord } from './store.ts';

export class Devices {
  readonly #store: AccountStore;
  readonly #clock: Clock;
  readonly #sessions: Sessions;

  constructor({ store, clock, sessions }: { store: AccountStore; clock: Clock; sessions: Sessions }) {
    this.#store = store;
    this.#clock = clock;
    this.#sessions = sessions;
  }

  /** A device has one living session at most; the latest log-ins first. */
  list(user: UserNumber): Promise<readonly SessionRecord[]> {
    return this.#store.sessions(user, PAGE_MAX);
  }

  async rename(user: UserNumber, device: DeviceNumber, name: string): Promise<void> {
    needLabel('name', name, DEVICE_NAME_MAX_BYTES);
    if (name.trim() === '') throw new SottoError(ErrorCode.ARGUMENT_INVALID, 'name is empty');
    if (!(await this.#store.renameDevice(user, device, name))) throw unknownDevice(device);
  }

  /** Its sessions end at once. */
  async revoke(user: UserNumber, device: DeviceNumber): Promise<void> {
    const ended = await this.#store.revokeDevice(user, device, this.#clock.now());
    if (ended === undefined) throw unknownDevice(device);
    this.#sessions.announce(ended);
  }
}

const unknownDevice = (device: DeviceNumber) => new SottoError(ErrorCode.NOT_FOUND, `device ${device}`);
