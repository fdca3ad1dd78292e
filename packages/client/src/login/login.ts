import { type FrameMessage, OPAQUE_KEY_STRETCHING, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { DeviceSigner } from '../store.ts';
import { confirm, confirmationKey } from './confirmation.ts';
import { type KeyStretching, startLogin } from './opaque.ts';
import { preparePassword } from './password.ts';
import { type ClientChannel, proofBytes, type Send } from './steps.ts';

export interface LoginAccount {
  /** A user's name, or its UUID. */
  name: string;
  password: string;
  deviceKey: DeviceSigner;
  /** Shown in device lists. */
  deviceName: string;
  /** Asked for a code where the account has a second factor; without it that is what the login is refused for. */
  secondFactor?: (() => Promise<string>) | undefined;
}

/**
 * Logs in; both sides prove what they know. Rejects with LOGIN_FAILED for a wrong name or password, and with
 * DOWNGRADE_DETECTED when the server cannot confirm the negotiation: then nothing of the grant may be used.
 */
export async function loginSteps(
  send: Send,
  account: LoginAccount,
  channel: ClientChannel,
  keyStretching: KeyStretching = OPAQUE_KEY_STRETCHING,
): Promise<FrameMessage<'sessionGranted'>> {
  const { name, deviceKey, deviceName } = account;
  const exchange = await startLogin({ password: preparePassword(account.password), keyStretching });
  const { response } = await send('loginStart', {
    name,
    startRequest: exchange.ke1,
    deviceKey: deviceKey.publicKey,
    deviceSignature: await deviceKey.sign(proofBytes('sotto/1 device', channel)),
  });
  const result = exchange.finish(response);
  if (result === undefined) throw new SottoError(ErrorCode.LOGIN_FAILED);
  const key = await confirmationKey(result.sessionKey);
  const confirmation = await confirm(key, channel);
  const granted = await send('loginFinish', { finishRequest: result.ke3, confirmation, deviceName }).catch(
    async (error: unknown) => {
      if (account.secondFactor === undefined || !asksForCode(error)) throw error;
      return send('loginSecondFactor', { code: await account.secondFactor() });
    },
  );
  const expected = proofBytes('sotto/1 server', channel);
  if (!(await crypto.subtle.verify('HMAC', key, Uint8Array.from(granted.confirmation), expected))) {
    throw new SottoError(ErrorCode.DOWNGRADE_DETECTED, "the server's confirmation");
  }
  return granted;
}

/** Carries a session on over this connection. The token in the reply replaces `token` as soon as it is stored. */
export async function resumeSteps(
  send: Send,
  session: { token: Uint8Array; generation: number; deviceKey: DeviceSigner },
  channel: ClientChannel,
): Promise<FrameMessage<'sessionGranted'>> {
  const signature = await session.deviceKey.sign(proofBytes('sotto/1 resume', channel));
  return send('resume', { token: session.token, generation: session.generation, signature });
}

export interface TokenAccount {
  token: string;
  deviceKey: DeviceSigner;
  deviceName: string;
}

/** Logs a program in; there is no password by which the server could confirm the negotiation. */
export async function tokenSteps(
  send: Send,
  { token, deviceKey, deviceName }: TokenAccount,
  channel: ClientChannel,
): Promise<FrameMessage<'sessionGranted'>> {
  const deviceSignature = await deviceKey.sign(proofBytes('sotto/1 device', channel));
  return send('loginToken', { token, deviceKey: deviceKey.publicKey, deviceSignature, deviceName });
}

const asksForCode = (error: unknown): boolean =>
  error instanceof SottoError && error.code === ErrorCode.SECOND_FACTOR_REQUIRED;
