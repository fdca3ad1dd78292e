/** The server's side of OPAQUE (RFC 9807) in bytes. Sizes are those of its ristretto255-SHA512 suite. */

import * as opaque from '@serenity-kit/opaque';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { needLength } from './checks.ts';

export const REGISTRATION_REQUEST_BYTES = 32;
export const REGISTRATION_RECORD_BYTES = 192;
export const KE1_BYTES = 96;
export const KE2_BYTES = 320;
export const KE3_BYTES = 64;

/** What the server keeps between KE2 and KE3. */
export interface LoginState {
  readonly serialized: string;
}

export class OpaqueServer {
  readonly #setup: string;
  /** A KE1 of our own, to try registration records with. */
  readonly #probe: string;

  private constructor(setup: string, probe: string) {
    this.#setup = setup;
    this.#probe = probe;
  }

  /** Throws Error when `setup` is not what `createSetup` made. */
  static async open(setup: string): Promise<OpaqueServer> {
    await opaque.ready;
    opaque.server.getPublicKey(setup);
    const { startLoginRequest } = opaque.client.startLogin({ password: '' });
    return new OpaqueServer(setup, startLoginRequest);
  }

  static async createSetup(): Promise<string> {
    await opaque.ready;
    return opaque.server.createSetup();
  }

  /** `identifier` must be the same at every login. */
  registrationResponse(identifier: string, request: Uint8Array): Uint8Array {
    needLength('registration_request', request, REGISTRATION_REQUEST_BYTES);
    return evaluate('registration_request', () => {
      const { registrationResponse } = opaque.server.createRegistrationResponse({
        serverSetup: this.#setup,
        userIdentifier: identifier,
        registrationRequest: encode(request),
      });
      return decode(registrationResponse);
    });
  }

  /** Throws where a login with this record could never be evaluated. */
  checkRecord(record: Uint8Array): void {
    needLength('registration_record', record, REGISTRATION_RECORD_BYTES);
    evaluate('registration_record', () => this.#startLogin('', record, this.#probe));
  }

  /** `record` undefined gives a KE2 that nobody can tell from a real one; the work is the same. */
  startLogin(identifier: string, record: Uint8Array | undefined, ke1: Uint8Array) {
    needLength('start_request', ke1, KE1_BYTES);
    return evaluate('start_request', () => {
      const { loginResponse, serverLoginState } = this.#startLogin(identifier, record, encode(ke1));
      return { ke2: decode(loginResponse), state: { serialized: serverLoginState } satisfies LoginState };
    });
  }

  /** OPAQUE's session key (64 bytes), or undefined when the client did not know the password. */
  finishLogin(state: LoginState, ke3: Uint8Array): Uint8Array | undefined {
    if (ke3.length !== KE3_BYTES) return undefined;
    try {
      const { sessionKey } = opaque.server.finishLogin({
        serverLoginState: state.serialized,
        finishLoginRequest: encode(ke3),
      });
      return decode(sessionKey);
    } catch {
      return undefined;
    }
  }

  #startLogin(identifier: string, record: Uint8Array | undefined, startLoginRequest: string) {
    return opaque.server.startLogin({
      serverSetup: this.#setup,
      userIdentifier: identifier,
      registrationRecord: record === undefined ? null : encode(record),
      startLoginRequest,
    });
  }
}

const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
const decode = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64url'));

function evaluate<T>(field: string, work: () => T): T {
  try {
    return work();
  } catch {
    throw new SottoError(ErrorCode.ARGUMENT_INVALID, `${field} is not a valid OPAQUE message`);
  }
}
