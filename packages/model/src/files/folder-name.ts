/** The folder for what a user sent [FILENAME-4]: one of its own for each user, whatever they are called. */
import { isDevice, SAFE_NAME_MAX_BYTES } from './file-name.ts';
import { utf8Prefix } from './utf8.ts';

/** What may not stand in a name of a folder on every system, and the sign of an escape; with the marks on it, or they would be on that. */
const UNFIT =
  /[%<>:"|?*/\\\s\u2800\p{Cc}\p{Co}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]\p{M}*/gu;
const EDGES = /^[.\-~\p{M}]\p{M}*|\.$/gu;
const HALF_AN_ESCAPE = /\.*(?:%[0-9A-F]?)?$/;
const ENCODER = new TextEncoder();

/**
 * Most names stay as they are. Nothing is taken out or folded together, unlike in names of files, since two users would share a
 * folder: what is unfit is written as in URLs, by the bytes of its UTF-8. Not for a name that was made safe already.
 */
export function safeFolderName(user: string): string {
  const name = user.toWellFormed().normalize('NFC');
  const escaped = name.replace(UNFIT, inHex).replace(EDGES, inHex);
  const [first = ''] = escaped;
  const folder = isDevice(escaped) ? inHex(first) + escaped.slice(1) : escaped;
  const cut = utf8Prefix(folder, SAFE_NAME_MAX_BYTES);
  // No escape is a single sign, so that no user's name comes to it.
  return (cut === folder ? folder : cut.replace(HALF_AN_ESCAPE, '')) || '%';
}

const inHex = (text: string): string =>
  [...ENCODER.encode(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
