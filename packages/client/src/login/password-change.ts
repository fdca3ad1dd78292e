/** Proving the password on a connection that is logged in, and giving the account another one. */
import { OPAQUE_KEY_STRETCHING, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { newBackupKey, openBackupKey, sealBackupKey } from './backup-key.ts';
import { confirm, confirmationKey } from './confirmation.ts';
import { type KeyStretching, startLogin, startRegistration } from './opaque.ts';
import { preparePassword } from './password.ts';
import type { ClientChannel, Send } from './steps.ts';

/** Proves the password again on a connection that is logged in; resolves with the export key. */
export async function proveSteps(
  send: Send,
  password: string,
  channel: ClientChannel,
  keyStretching: KeyStretching = OPAQUE_KEY_STRETCHING,
): Promise<Uint8Array> {
  const exchange = await startLogin({ password: preparePassword(password), keyStretching });
  const { response } = await send('proveStart', { startRequest: exchange.ke1 });
  const result = exchange.finish(response);
  if (result === undefined) throw new SottoError(ErrorCode.LOGIN_FAILED, 'the password is wrong');
  const confirmation = await confirm(await confirmationKey(result.sessionKey), channel);
  await send('proveFinish', { finishRequest: result.ke3, confirmation });
  return result.exportKey;
}

/**
 * Gives the account another password; the password was proved on this connection. The backup key is sealed anew in the same
 * request, so that the server changes both or neither; where there is none that opens, there is a new one from now on.
 */
export async function changePasswordSteps(
  send: Send,
  { password, oldExportKey }: { password: string; oldExportKey: Uint8Array },
  keyStretching: KeyStretching = OPAQUE_KEY_STRETCHING,
): Promise<void> {
  const { sealedBackupKey } = await send('readSecurity', {});
  const backupKey = (await openBackupKey(sealedBackupKey, oldExportKey)) ?? newBackupKey();
  const exchange = await startRegistration({ password: preparePassword(password), keyStretching });
  const { registrationRequest } = exchange;
  const { registrationResponse } = await send('setPasswordStart', { registrationRequest });
  const { record, exportKey } = exchange.finish(registrationResponse);
  const sealed = await sealBackupKey(backupKey, exportKey);
  await send('setPasswordFinish', { registrationRecord: record, sealedBackupKey: sealed });
}
