/** The accounts of `--demo` (A7) [ACCOUNT-8]. */
import * as opaque from '@serenity-kit/opaque';
import { OPAQUE_KEY_STRETCHING } from '@sotto/protocol';
import type { Accounts } from './accounts.ts';

export const DEMO_USERS = [
  { name: 'alice', password: 'p1' },
  { name: 'bob', password: 'p2' },
  { name: 'cam', password: 'p3' },
] as const;

type KeyStretching = NonNullable<Parameters<typeof opaque.client.finishRegistration>[0]['keyStretching']>;

/**
 * Makes those that are missing; the first one becomes the owner of an empty server. Everybody knows their passwords:
 * only for servers that listen on loopback alone. Takes 0.25 s of computation for each account made.
 */
export async function ensureDemoUsers(
  accounts: Accounts,
  keyStretching: KeyStretching = OPAQUE_KEY_STRETCHING,
): Promise<void> {
  for (const { name, password } of DEMO_USERS) {
    if ((await accounts.users.byName(name)) === undefined) {
      await makeAccount(accounts, name, password, keyStretching);
    }
  }
}

/** Both sides of OPAQUE registration in one process. */
async function makeAccount(
  accounts: Accounts,
  name: string,
  password: string,
  keyStretching: KeyStretching,
): Promise<void> {
  await opaque.ready;
  const { clientRegistrationState, registrationRequest } = opaque.client.startRegistration({ password });
  const { registrationResponse, pending } = await accounts.registration.startTrusted(
    name,
    new Uint8Array(Buffer.from(registrationRequest, 'base64url')),
  );
  const { registrationRecord } = opaque.client.finishRegistration({
    password,
    clientRegistrationState,
    registrationResponse: Buffer.from(registrationResponse).toString('base64url'),
    keyStretching,
  });
  await accounts.registration.finish(pending, new Uint8Array(Buffer.from(registrationRecord, 'base64url')));
}
