/** Commands about what keeps an account safe. What asks for the password needs a terminal. */
import type { TokenScope } from '@sotto/client';
import { DEVICE_NAME_MAX_BYTES } from '@sotto/model';
import { parseCount } from '../parse/names.ts';
import { parseDuration, parseOneOf, parseOnOff } from '../parse/values.ts';
import { LineError } from '../request.ts';
import { ON_OFF, type Slashes, type Words } from '../slash.ts';

export type SecurityRequest =
  | { kind: 'devices' }
  | { kind: 'nameDevice'; device: number; name: string }
  | { kind: 'revokeDevice'; device: number }
  | { kind: 'password' }
  /** Undefined: shows whether it is on. */
  | { kind: 'totp'; on: boolean | undefined }
  | { kind: 'createToken'; name: string; scopes: readonly TokenScope[]; lifetimeMs: number | undefined }
  | { kind: 'tokens' }
  | { kind: 'revokeToken'; token: number }
  | { kind: 'deleteAccount' };

const TOKEN_SCOPES = ['read', 'write', 'rooms', 'moderate', 'profile'] as const satisfies TokenScope[];
const NUMBER_MAX = 0xffff_ffff;
const ASKS = 'Asks for your password, so it needs a terminal.';

export const SECURITY_SLASHES: Slashes<SecurityRequest> = {
  devices: {
    usage: '',
    summary: 'List the devices that are signed in to your account',
    parse: () => ({ kind: 'devices' }),
  },
  device: {
    usage: 'name N text | revoke N',
    summary: 'Name a device, or end its session',
    notes: ['N is its number in /devices.'],
    examples: ['/device name 3 kitchen', '/device revoke 3'],
    completes: [['name', 'revoke']],
    parse: parseDevice,
  },
  password: {
    usage: '',
    summary: 'Change your password; every other session of yours ends',
    notes: [ASKS],
    parse: () => ({ kind: 'password' }),
  },
  totp: {
    usage: '[on|off]',
    summary: 'Ask for a code of your authenticator at login, or no more',
    notes: [ASKS, 'on shows a secret for the authenticator, and recovery codes to keep in a safe place.'],
    examples: ['/totp on', '/totp'],
    completes: [ON_OFF],
    parse: (words) => ({
      kind: 'totp',
      on: words.peek() === undefined ? undefined : parseOnOff(words.next()),
    }),
  },
  token: {
    usage: 'create NAME SCOPE... [for:90d] | list | revoke N',
    summary: 'API tokens, with which programs log in to your account',
    notes: [
      `A SCOPE is ${TOKEN_SCOPES.join(', ')}. Without for: it does not end. ${ASKS}`,
      'A program logs in with it by `sotto chat --token` or SOTTO_TOKEN.',
    ],
    examples: ['/token create weather read write', '/token list', '/token revoke 2'],
    completes: [['create', 'list', 'revoke'], 'text', TOKEN_SCOPES],
    parse: parseToken,
  },
  'delete-account': {
    usage: '',
    summary: 'Delete your account for good',
    notes: [
      ASKS,
      'What becomes of your messages is for this server to say: kept under another name, or erased.',
    ],
    parse: () => ({ kind: 'deleteAccount' }),
  },
};

function parseDevice(words: Words): SecurityRequest {
  const action = parseOneOf(words.next(), ['name', 'revoke']);
  const device = parseCount(words.next(), NUMBER_MAX);
  if (action === 'revoke') return { kind: 'revokeDevice', device };
  return { kind: 'nameDevice', device, name: parseShort('the name', words.rest()) };
}

function parseToken(words: Words): SecurityRequest {
  const action = parseOneOf(words.next(), ['create', 'list', 'revoke']);
  switch (action) {
    case 'list':
      return { kind: 'tokens' };
    case 'revoke':
      return { kind: 'revokeToken', token: parseCount(words.next(), NUMBER_MAX) };
    case 'create': {
      const name = parseShort('the name', words.next());
      const all = [words.next(), ...words.all()];
      const lasts = all.filter((word) => word.startsWith('for:')).at(-1);
      const scopes = all.filter((word) => !word.startsWith('for:')).flatMap((word) => word.split(','));
      if (scopes.length === 0) throw new LineError(`what may it do? Name one of ${TOKEN_SCOPES.join(', ')}`);
      return {
        kind: 'createToken',
        name,
        scopes: [...new Set(scopes.map((word) => parseOneOf(word, TOKEN_SCOPES)))],
        lifetimeMs: lasts === undefined ? undefined : parseDuration(lasts.slice('for:'.length)),
      };
    }
  }
}

function parseShort(what: string, text: string): string {
  if (new TextEncoder().encode(text).byteLength <= DEVICE_NAME_MAX_BYTES) return text;
  throw new LineError(`${what} is longer than ${DEVICE_NAME_MAX_BYTES} bytes`);
}
