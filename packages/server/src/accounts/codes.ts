import type { Random } from '@sotto/protocol';
import { sha256Of } from '../digest.ts';

/** Crockford's base 32: no letter that is read as a digit. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 100 bits: nobody guesses one, so a plain hash of it can be stored. */
const CODE_CHARACTERS = 20;
const GROUP = /.{5}(?=.)/g;

/** An invite code or owner's code as people pass it on: `7Q4ZK-M2X9A-...`. */
export function makeCode(random: Random): string {
  const characters = Array.from(random.bytes(CODE_CHARACTERS), (byte) => ALPHABET[byte % ALPHABET.length]);
  return characters.join('').replace(GROUP, '$&-');
}

/** Forgives lower case, lost or added hyphens and spaces, and letters mistaken for digits. */
export function codeHash(code: string): Uint8Array {
  const plain = code.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  return sha256Of(plain);
}
