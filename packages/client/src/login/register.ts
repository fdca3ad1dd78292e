import { OPAQUE_KEY_STRETCHING } from '@sotto/protocol';
import { newBackupKey, sealBackupKey } from './backup-key.ts';
import { type KeyStretching, startRegistration } from './opaque.ts';
import { preparePassword } from './password.ts';
import type { Send } from './steps.ts';

export interface NewAccount {
  name: string;
  password: string;
  /** An invite code or the owner's code, where the server asks for one. */
  code?: string;
}

/** Makes an account; logging in is a step of its own. A `keyStretching` of one's own must be the same at every login. */
export async function registerSteps(
  send: Send,
  account: NewAccount,
  keyStretching: KeyStretching = OPAQUE_KEY_STRETCHING,
): Promise<void> {
  const password = preparePassword(account.password);
  const exchange = await startRegistration({ password, keyStretching });
  const { registrationResponse } = await send('registerStart', {
    name: account.name,
    registrationRequest: exchange.registrationRequest,
    code: account.code ?? '',
  });
  const { record, exportKey } = exchange.finish(registrationResponse);
  const sealedBackupKey = await sealBackupKey(newBackupKey(), exportKey);
  await send('registerFinish', { registrationRecord: record, sealedBackupKey });
}
