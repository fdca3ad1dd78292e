import {
  DialError,
  ErrorCode,
  NotConnected,
  ServerIdentityChanged,
  ServerNotTrusted,
  SottoError,
} from '@sotto/client';
import { ConfigError } from '@sotto/server/config';
import { errorText, PasswordNeeded, sanitizeLine } from '@sotto/terminal';
import { ListenError } from '@sotto/transport';
import type { ExitName } from './exit-codes.ts';
import { fileProblem } from './file-problems.ts';

/** The command line is wrong; the message names what and says what to write. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const REFUSALS: ReadonlySet<ErrorCode> = new Set([
  ErrorCode.LOGIN_FAILED,
  ErrorCode.TOO_MANY_ATTEMPTS,
  ErrorCode.LOGIN_TIMEOUT,
  ErrorCode.THROTTLED,
  ErrorCode.SESSION_UNKNOWN,
  ErrorCode.SESSION_REVOKED,
  ErrorCode.REGISTRATION_CLOSED,
  ErrorCode.CODE_REQUIRED,
  ErrorCode.NAME_INVALID,
  ErrorCode.NAME_TAKEN,
  ErrorCode.SECOND_FACTOR_REQUIRED,
  ErrorCode.SECOND_FACTOR_WRONG,
  ErrorCode.SUSPENDED,
]);

export function exitFor(error: unknown): ExitName {
  if (error instanceof UsageError || error instanceof ConfigError || error instanceof PasswordNeeded)
    return 'usage';
  if (error instanceof ListenError) return 'cannotListen';
  if (error instanceof ServerIdentityChanged) return 'identityChanged';
  if (error instanceof ServerNotTrusted) return 'notTrusted';
  if (error instanceof SottoError) return REFUSALS.has(error.code) ? 'loginRefused' : 'failed';
  return error instanceof DialError || error instanceof NotConnected ? 'cannotConnect' : 'failed';
}

/** What to tell a person: what happened, and what to do. */
export function explain(error: unknown): readonly string[] {
  if (error instanceof ServerIdentityChanged) return identityWarning(error);
  if (error instanceof ServerNotTrusted)
    return [`${error.server} is not trusted, so nothing was sent. Its fingerprint is ${error.fingerprint}`];
  if (error instanceof ListenError) return [`${error.message}. ${listenRemedy(error)}`];
  if (error instanceof SottoError && error.code === ErrorCode.SECOND_FACTOR_REQUIRED)
    return [`${errorText(error)} Use --code or SOTTO_CODE.`];
  if (error instanceof PasswordNeeded) return [`${error.message}; give --password-file`];
  if (exitFor(error) === 'cannotConnect')
    return [`${errorText(error)}. Check --server and --transport, and that the server runs.`];
  const problem = fileProblem(error);
  if (problem !== undefined)
    return [`${sanitizeLine(problem)}. Check --data and --files for a server, SOTTO_HOME for a client.`];
  return [errorText(error)];
}

const PORT_FLAGS: Readonly<Record<string, string>> = {
  udp: '--udp-port',
  quic: '--quic-port',
  tls: '--tls-port',
  websocket: '--web-port',
};

function listenRemedy({ reason, transport }: ListenError): string {
  const flag = PORT_FLAGS[transport] ?? 'another port';
  switch (reason) {
    case 'portInUse':
      return `Stop the program that has it, or choose another port with ${flag} (0 takes a free one).`;
    case 'notPermitted':
      return `Choose a port above 1023 with ${flag}.`;
    case 'addressUnknown':
      return 'Give an address of this machine, 0.0.0.0 for all of them, or 127.0.0.1.';
    case 'other':
      return `Another port can be chosen with ${flag}.`;
  }
}

/** Everything one needs to decide, and no way on that does not take the new fingerprint (T18). */
function identityWarning({ server, expected, seen }: ServerIdentityChanged): readonly string[] {
  return [
    `WARNING: ${server} shows another identity than before. Nothing was sent.`,
    '',
    `  known here   ${expected}`,
    `  shown now    ${seen}`,
    '',
    'Either the server was set up anew or got a new certificate, or somebody stands between you and it and wants to read along.',
    "Ask whoever runs the server, over another channel, for its fingerprint: it prints it when it starts, and `sotto hello` on the server's own machine shows it.",
    'Only if it is the one shown now, accept it, typing what they told you:',
    '',
    `  sotto trust ${server} FINGERPRINT`,
    '',
    'or, where you pin it, with --pin. If it is another one, do not use this network.',
  ];
}
