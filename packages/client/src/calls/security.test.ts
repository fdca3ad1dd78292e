import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import * as opaque from '@serenity-kit/opaque';
import { OPAQUE_KEY_STRETCHING, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { NotConnected } from '../errors.ts';
import { fromBase64Url, toBase64Url } from '../login/base64url.ts';
import type { FakeServer } from '../testing/fake-server.ts';
import { createWorld, onlineClient, within } from '../testing/harness.ts';

setDefaultTimeout(30_000);
beforeAll(() => opaque.ready);

const PASSWORD = 'right';

/** Lets the fake server take proofs of one password. */
function teachProof(server: FakeServer): void {
  const serverSetup = opaque.server.createSetup();
  const userIdentifier = 'u';
  const { clientRegistrationState, registrationRequest } = opaque.client.startRegistration({
    password: PASSWORD,
  });
  const made = opaque.server.createRegistrationResponse({ serverSetup, userIdentifier, registrationRequest });
  const { registrationRecord } = opaque.client.finishRegistration({
    password: PASSWORD,
    clientRegistrationState,
    registrationResponse: made.registrationResponse,
    keyStretching: OPAQUE_KEY_STRETCHING,
  });
  server.answer('proveStart', ({ startRequest }) => {
    const startLoginRequest = toBase64Url(startRequest);
    const asked = { serverSetup, userIdentifier, registrationRecord, startLoginRequest };
    return { response: fromBase64Url(opaque.server.startLogin(asked).loginResponse) };
  });
  server.answer('proveFinish', () => ({}));
}

async function proving() {
  const world = await createWorld();
  teachProof(world.server);
  const client = await onlineClient(world);
  const asked = () => world.server.requests.map(({ name }) => name).slice(-3);
  return { ...world, client, asked };
}

describe('what asks for the password (A5, A8)', () => {
  test('[SECRETS-2] A8: the proof goes first, over the same connection', async () => {
    const { server, time, client, asked } = await proving();
    server.answer('enrolSecondFactor', () => ({ uri: 'otpauth://totp/x', secret: 'ABC' }));
    const enrolled = await within(time, client.account.secondFactor.enrol(PASSWORD));
    expect(enrolled).toEqual({ uri: 'otpauth://totp/x', secret: 'ABC' });
    expect(asked()).toEqual(['proveStart', 'proveFinish', 'enrolSecondFactor']);
    server.answer('createToken', ({ name, scopes }) => ({ token: 't', info: { id: 3, name, scopes } }));
    const made = { password: PASSWORD, name: 'bot', scopes: ['read'] } as const;
    expect(await within(time, client.account.tokens.create(made))).toMatchObject({ token: 't', id: 3 });
    await client.close();
  });

  test('[SECRETS-2] A5: a wrong password is told before anything is asked for', async () => {
    const { server, time, client } = await proving();
    await expect(within(time, client.account.delete('wrong'))).rejects.toMatchObject({
      code: ErrorCode.LOGIN_FAILED,
    });
    expect(server.named('proveFinish')).toEqual([]);
    expect(server.named('deleteAccount')).toEqual([]);
    expect(client.status.kind).toBe('online');
    await client.close();
  });

  test('[SECRETS-2] A8: what was proved on a connection that ended is not asked for on the next', async () => {
    const { server, time, client } = await proving();
    server.trouble = ({ name }) => {
      if (name !== 'createToken') return undefined;
      server.last.cut();
      return 'silence';
    };
    const made = { password: PASSWORD, name: 'bot', scopes: ['read'] } as const;
    await expect(within(time, client.account.tokens.create(made))).rejects.toBeInstanceOf(NotConnected);
    await time.until(() => client.status.kind === 'online');
    await time.pass(5_000);
    expect(server.named('createToken')).toHaveLength(1);
    await client.close();
  });

  test('[ADMIN-1] [SECRETS-2] M10: an administrator is made after the proof, never without', async () => {
    const { server, time, client, asked } = await proving();
    server.answer('administerUser', () => ({}));
    await expect(within(time, client.admin.appoint('bob', 'wrong'))).rejects.toMatchObject({
      code: ErrorCode.LOGIN_FAILED,
    });
    expect(server.named('administerUser')).toEqual([]);
    await within(time, client.admin.appoint('bob', PASSWORD));
    expect(asked()).toEqual(['proveStart', 'proveFinish', 'administerUser']);
    expect(server.named('administerUser')).toMatchObject([
      { change: { case: 'administrator', value: true } },
    ]);
    await client.close();
  });

  test('A5: a deleted account leaves nothing on this machine, and the client closed', async () => {
    const { server, store, time, client } = await proving();
    server.answer('deleteAccount', () => ({}));
    await within(time, client.account.delete(PASSWORD));
    expect(client.status.kind).toBe('stopped');
    expect((await store.load()).session).toBeUndefined();
  });

  test('[RECONNECT-4] A5: a client whose account is suspended stops, and says why', async () => {
    const { server, time, client } = await proving();
    server.trouble = ({ name }) => (name === 'resume' ? new SottoError(ErrorCode.SUSPENDED) : undefined);
    server.last.cut();
    await time.until(() => client.status.kind === 'stopped');
    expect(client.status).toMatchObject({ reason: { code: ErrorCode.SUSPENDED } });
    await client.close();
  });
});
