/**
 * The client's side of OPAQUE (RFC 9807) in bytes. The library is large and few starts need it, most resume a session:
 * it is loaded at the first use of a password. Stretching the password runs 0.25 s of WebAssembly on the calling
 * thread; that is acceptable even in a browser, where a person has just pressed a button, and keeps a worker out of it.
 */
import type * as Opaque from '@serenity-kit/opaque';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { fromBase64Url, toBase64Url } from './base64url.ts';

export type KeyStretching = NonNullable<Parameters<typeof Opaque.client.finishLogin>[0]['keyStretching']>;

export interface PasswordUse {
  password: string;
  keyStretching: KeyStretching;
}

/** What knowing the password gives. */
export interface Known {
  ke3: Uint8Array;
  /** Of this exchange. */
  sessionKey: Uint8Array<ArrayBuffer>;
  /** The same at each login, until the password changes; the server never has it. */
  exportKey: Uint8Array;
}

export async function startRegistration({ password, keyStretching }: PasswordUse) {
  const opaque = await load();
  const { clientRegistrationState, registrationRequest } = opaque.client.startRegistration({ password });
  return {
    registrationRequest: fromBase64Url(registrationRequest),
    /** The record to send, and the export key. Throws SottoError on a response that is none. */
    finish(response: Uint8Array): { record: Uint8Array; exportKey: Uint8Array } {
      const { registrationRecord, exportKey } = evaluate('registration_response', () =>
        opaque.client.finishRegistration({
          password,
          clientRegistrationState,
          registrationResponse: toBase64Url(response),
          keyStretching,
        }),
      );
      return { record: fromBase64Url(registrationRecord), exportKey: fromBase64Url(exportKey) };
    },
  };
}

export async function startLogin({ password, keyStretching }: PasswordUse) {
  const opaque = await load();
  const { clientLoginState, startLoginRequest } = opaque.client.startLogin({ password });
  return {
    ke1: fromBase64Url(startLoginRequest),
    /** undefined when the password is wrong. Throws SottoError on a response that is no KE2. */
    finish(ke2: Uint8Array): Known | undefined {
      const result = evaluate('response', () =>
        opaque.client.finishLogin({
          password,
          clientLoginState,
          loginResponse: toBase64Url(ke2),
          keyStretching,
        }),
      );
      if (result === undefined) return undefined;
      return {
        ke3: fromBase64Url(result.finishLoginRequest),
        sessionKey: fromBase64Url(result.sessionKey),
        exportKey: fromBase64Url(result.exportKey),
      };
    },
  };
}

async function load(): Promise<typeof Opaque> {
  const opaque = await import('@serenity-kit/opaque');
  await opaque.ready;
  return opaque;
}

function evaluate<T>(field: string, work: () => T): T {
  try {
    return work();
  } catch {
    throw new SottoError(ErrorCode.MALFORMED_FRAME, `${field} is not a valid OPAQUE message`);
  }
}
