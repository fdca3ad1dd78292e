/** Passwords are stretched for 0.25 s at each use; where a test is about something else, that is most of what it does. */
import { mock } from 'bun:test';
import * as opaque from '@serenity-kit/opaque';

const MODULE = '@serenity-kit/opaque';
const real = { ...opaque };
const keyStretching = { 'argon2id-custom': { iterations: 1, memory: 8, parallelism: 1 } };

/**
 * Clients of this process stretch passwords hardly at all, until what is returned is called. Who registers so logs in
 * so; a client in another process cannot.
 */
export function stretchLittle(): () => void {
  const { client } = real;
  const little: typeof client = {
    ...client,
    finishRegistration: (params) => client.finishRegistration({ ...params, keyStretching }),
    finishLogin: (params) => client.finishLogin({ ...params, keyStretching }),
  };
  mock.module(MODULE, () => ({ ...real, client: little }));
  return () => void mock.module(MODULE, () => real);
}
