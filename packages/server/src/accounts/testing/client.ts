/** The client's side in the fewest steps, with key stretching as cheap as it gets. */
import * as opaque from '@serenity-kit/opaque';
import { NO_BINDING, type ProofLabel, proofInput, SottoError } from '@sotto/protocol';
import type { Accounts } from '../accounts.ts';
import type { Channel } from '../channel.ts';
import { hmacSha256 } from '../digests.ts';
import type { Grant } from '../sessions.ts';
import type { UserRecord } from '../store.ts';
import { random } from './world.ts';

export const CHEAP_STRETCHING = { 'argon2id-custom': { iterations: 1, memory: 8, parallelism: 1 } };

export const decode = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64url'));
const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

export function makeChannel(source = '192.0.2.1'): Channel {
  return { source, transcriptHash: random.bytes(32), binding: NO_BINDING, agent: 'test/1' };
}

export interface Device {
  readonly publicKey: Uint8Array;
  sign(label: ProofLabel, channel: Channel): Promise<Uint8Array>;
}

export async function makeDevice(): Promise<Device> {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new Error('no key pair');
  return {
    publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)),
    sign: async (label, channel) => {
      const covered = Uint8Array.from(proofInput(label, channel.transcriptHash, channel.binding));
      return new Uint8Array(await crypto.subtle.sign('Ed25519', pair.privateKey, covered));
    },
  };
}

export async function register(
  accounts: Accounts,
  name: string,
  password: string,
  options: { code?: string; source?: string } = {},
): Promise<UserRecord> {
  const { clientRegistrationState, registrationRequest } = opaque.client.startRegistration({ password });
  const { registrationResponse, pending } = await accounts.registration.start(
    { name, registrationRequest: decode(registrationRequest), code: options.code ?? '' },
    options.source ?? '192.0.2.1',
  );
  const { registrationRecord } = opaque.client.finishRegistration({
    password,
    clientRegistrationState,
    registrationResponse: encode(registrationResponse),
    keyStretching: CHEAP_STRETCHING,
  });
  return accounts.registration.finish(pending, decode(registrationRecord));
}

/** Step 1 of a log-in, and what a client makes of the answer: undefined for a wrong password. */
export async function startLogin(
  accounts: Accounts,
  name: string,
  password: string,
  device: Device,
  channel: Channel = makeChannel(),
) {
  const { clientLoginState, startLoginRequest } = opaque.client.startLogin({ password });
  const { response, pending } = await accounts.login.start(
    {
      name,
      startRequest: decode(startLoginRequest),
      deviceKey: device.publicKey,
      deviceSignature: await device.sign('sotto/1 device', channel),
    },
    channel,
  );
  const result = opaque.client.finishLogin({
    password,
    clientLoginState,
    loginResponse: encode(response),
    keyStretching: CHEAP_STRETCHING,
  });
  const keys = result && {
    ke3: decode(result.finishLoginRequest),
    confirm: (label: ProofLabel, seen: Channel = channel) =>
      hmacSha256(decode(result.sessionKey), proofInput(label, seen.transcriptHash, seen.binding)),
  };
  return { response, pending, keys };
}

export async function logIn(
  accounts: Accounts,
  name: string,
  password: string,
  device: Device,
  channel: Channel = makeChannel(),
): Promise<Grant & { confirmation: Uint8Array }> {
  const { pending, keys } = await startLogin(accounts, name, password, device, channel);
  if (keys === undefined) throw new Error('the password is wrong');
  return accounts.login.finish(pending, {
    finishRequest: keys.ke3,
    confirmation: keys.confirm('sotto/1 client'),
    deviceName: 'a laptop',
  });
}

/** The code of the SottoError that `action` ends with; undefined when it ends well. */
export async function refusal(
  action: Promise<unknown>,
): Promise<{ code: number; retryAfterMs: number } | undefined> {
  try {
    await action;
    return undefined;
  } catch (error) {
    if (!(error instanceof SottoError)) throw error;
    return { code: error.code, retryAfterMs: error.retryAfterMs };
  }
}
