import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';

export const PASSWORD_MAX_CHARACTERS = 1_024;

/**
 * The password as OPAQUE gets it [LOGIN-3]: RFC 8265's OpaqueString, so that one password typed on two keyboards is one
 * password. Spaces of all kinds become U+0020, and the rest is normalised to NFC.
 */
export function preparePassword(password: string): string {
  if (!password.isWellFormed()) throw refused('is not valid Unicode');
  const prepared = password.replace(/\p{Zs}/gu, ' ').normalize('NFC');
  if (prepared === '') throw refused('is empty');
  if ([...prepared].length > PASSWORD_MAX_CHARACTERS)
    throw refused(`is longer than ${PASSWORD_MAX_CHARACTERS} characters`);
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(prepared)) throw refused('has control characters');
  return prepared;
}

const refused = (why: string): SottoError =>
  new SottoError(ErrorCode.ARGUMENT_INVALID, `the password ${why}`);
