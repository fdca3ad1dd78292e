/** What keeps an account safe: passwords, the second factor, API tokens, devices. Secrets pass through and are kept nowhere. */
import type { DeviceNumber } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode, type Device as WireDevice, type ApiToken as WireToken } from '@sotto/schema';
import { toDate, toDateOrNothing } from '../describe/values.ts';
import { changePasswordSteps, openBackupKey } from '../login/index.ts';
import type * as sdk from '../types.ts';
import { ask, type CallContext } from './context.ts';
import { prove, sendOver } from './prove.ts';

export class SecurityCalls {
  readonly #context: Pick<CallContext, 'present'>;
  readonly secondFactor: sdk.SecondFactor;
  readonly tokens: sdk.Tokens;

  constructor(context: Pick<CallContext, 'present'>) {
    this.#context = context;
    this.secondFactor = {
      enrol: (password) => this.#enrol(password),
      confirm: async (code) => (await ask(context, 'confirmSecondFactor', { code })).codes,
      disable: (password) => this.#disable(password),
    };
    this.tokens = {
      create: (options) => this.#createToken(options),
      list: async () => (await ask(context, 'listTokens', {})).tokens.map(toToken),
      revoke: async (id) => void (await ask(context, 'revokeToken', { id })),
    };
  }

  async devices(): Promise<readonly sdk.Device[]> {
    return (await ask(this.#context, 'listDevices', {})).devices.map(toDevice);
  }

  async renameDevice(number: DeviceNumber, name: string): Promise<void> {
    await ask(this.#context, 'renameDevice', { number, name });
  }

  async revokeDevice(number: DeviceNumber): Promise<void> {
    await ask(this.#context, 'revokeDevice', { number });
  }

  async report(): Promise<sdk.SecurityReport> {
    const { secondFactor, recoveryCodesLeft, sealedBackupKey } = await ask(this.#context, 'readSecurity', {});
    return { secondFactor, recoveryCodesLeft, backupKey: sealedBackupKey.length > 0 };
  }

  async backupKey(password: string): Promise<Uint8Array | undefined> {
    const { opened, exportKey } = await prove(this.#context, password);
    const { sealedBackupKey } = await opened.link.request('readSecurity', {});
    if (sealedBackupKey.length === 0) return undefined;
    const backupKey = await openBackupKey(sealedBackupKey, exportKey);
    if (backupKey === undefined) {
      throw new SottoError(ErrorCode.CONTENT_INVALID, 'the backup key that the server keeps does not open');
    }
    return backupKey;
  }

  async changePassword({ old, new: password }: { old: string; new: string }): Promise<void> {
    const { opened, exportKey } = await prove(this.#context, old);
    await changePasswordSteps(sendOver(opened), { password, oldExportKey: exportKey });
  }

  async deleteAccount(password: string): Promise<void> {
    const { opened } = await prove(this.#context, password);
    await opened.link.request('deleteAccount', {});
  }

  async #enrol(password: string): Promise<{ uri: string; secret: string }> {
    const { opened } = await prove(this.#context, password);
    const { uri, secret } = await opened.link.request('enrolSecondFactor', {});
    return { uri, secret };
  }

  async #disable(password: string): Promise<void> {
    const { opened } = await prove(this.#context, password);
    await opened.link.request('disableSecondFactor', {});
  }

  async #createToken(
    options: Parameters<sdk.Tokens['create']>[0],
  ): Promise<sdk.ApiToken & { token: string }> {
    const { password, name, scopes, lifetimeMs = 0 } = options;
    const { opened } = await prove(this.#context, password);
    const { token, info } = await opened.link.request('createToken', {
      name,
      scopes: [...scopes],
      lifetimeMs,
    });
    if (info === undefined) throw new Error('the server described no token');
    return { ...toToken(info), token };
  }
}

export function toDevice(device: WireDevice): sdk.Device {
  const { number, name, agent, createdMs, lastSeenMs, online, current, token } = device;
  return {
    number: number as DeviceNumber,
    name,
    agent,
    createdAt: toDate(createdMs),
    lastSeen: toDateOrNothing(lastSeenMs),
    online,
    current,
    token: token === 0 ? undefined : token,
  };
}

function toToken({ id, name, scopes, createdMs, lastUsedMs, expiresMs }: WireToken): sdk.ApiToken {
  const createdAt = toDate(createdMs);
  return {
    id,
    name,
    scopes,
    createdAt,
    lastUsed: toDateOrNothing(lastUsedMs),
    expiresAt: toDateOrNothing(expiresMs),
  };
}
