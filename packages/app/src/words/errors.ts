/** What went wrong, for people: what happened and what to do, in one or two sentences. */
import { ErrorCode, NotConnected, SottoError } from '@sotto/client';
import { visibleText } from '@sotto/model';

/** Where the protocol speaks of flags and programs, a person at a window needs other words. */
const OWN: Readonly<Partial<Record<ErrorCode, string>>> = {
  [ErrorCode.NAME_INVALID]:
    'This name does not work. Use 1 to 32 letters, digits and . _ - without spaces, and not digits alone.',
  [ErrorCode.SESSION_REVOKED]: 'This device was logged out from elsewhere. Log in again to go on.',
  [ErrorCode.NOT_FOUND]: 'There is nothing by that name, or you may not see it. Check the name.',
  [ErrorCode.CODE_REQUIRED]:
    'Registering here needs a code: an invite code, or the owner’s code that the server printed at its first start.',
  [ErrorCode.LOGIN_FAILED]: 'The name or the password is wrong. Check both and try again.',
};

export function errorWords(error: unknown): string {
  if (error instanceof NotConnected)
    return 'There is no connection to the server. Try again when it is back.';
  if (!(error instanceof SottoError))
    return visibleText(error instanceof Error ? error.message : String(error));
  const own = OWN[error.code];
  if (own !== undefined) return own;
  // Said of programs, not to people: the detail names what to change.
  if (error.code === ErrorCode.ARGUMENT_INVALID && error.detail !== '')
    return `Change this and try again: ${visibleText(error.detail)}.`;
  const { remedy } = error.info;
  if (error.retryAfterMs <= 0) return `${visibleText(error.message)} ${remedy}`;
  const wait = waitWords(error.retryAfterMs);
  return `${visibleText(error.message)} ${remedy.includes(THE_TIME) ? remedy.replace(THE_TIME, wait) : `${remedy} Try again in ${wait}.`}`;
}

const THE_TIME = 'the time given';

/** "8 s", "2 min", "3 h": rounded up, so that it is over when it says so. */
export function waitWords(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}
