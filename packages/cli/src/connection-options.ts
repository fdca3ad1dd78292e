/** The options by which `chat`, `register`, `hello` and `status` find a server and know it is the right one. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  nativeTransports,
  parseFingerprint,
  parseServer,
  serverName,
  type TransportChoice,
} from '@sotto/client/node';
import type { Arguments, Option } from './command.ts';
import { UsageError } from './errors.ts';
import type { System } from './system.ts';

export const SERVER_OPTIONS: Readonly<Record<string, Option>> = {
  server: {
    argument: 'HOST[:PORT]',
    description: "Server to talk to (default 127.0.0.1, with the transport's own port)",
  },
  transport: {
    argument: 'NAME',
    description: 'udp, quic, tls, websocket, or auto for the best that works (default auto)',
  },
};

export const TRUST_OPTIONS: Readonly<Record<string, Option>> = {
  pin: { argument: 'FINGERPRINT', description: 'Accept this server identity and no other' },
  'trust-first': { description: 'Accept the identity of a server seen for the first time, and keep it' },
};

export const USER_OPTION: Readonly<Record<string, Option>> = {
  user: { argument: 'NAME', description: 'User name; asked for in a terminal' },
};

export const PASSWORD_OPTION: Readonly<Record<string, Option>> = {
  'password-file': { argument: 'FILE', description: 'File whose first line is the password; else asked for' },
};

/** Both are also read from the environment, where other users of the machine do not see them. */
export const LOGIN_OPTIONS: Readonly<Record<string, Option>> = {
  code: {
    argument: 'CODE',
    description: 'Code of the second factor, or a recovery code; else SOTTO_CODE, or asked for',
  },
  token: { argument: 'TOKEN', description: 'API token, for bots, instead of a password; else SOTTO_TOKEN' },
};

export const JSON_OPTION: Readonly<Record<string, Option>> = {
  json: { description: 'One JSON object a line, for programs' },
};

const TRANSPORTS: readonly TransportChoice[] = ['auto', 'udp', 'quic', 'tls', 'websocket'];

export interface Target {
  /** `host` or `host:port`. */
  server: string;
  /** Under which its identity is kept: `host:port`. */
  name: string;
  /** Whether it stands for one port, whatever the transport. */
  onePort: boolean;
  transport: TransportChoice;
}

const SERVER_DEFAULT = '127.0.0.1';

export function readTarget(args: Arguments): Target {
  const wanted = args.value('transport') ?? 'auto';
  const transport = TRANSPORTS.find((name) => name === wanted);
  if (transport === undefined)
    throw new UsageError(`--transport "${wanted}" is not known here; use one of ${TRANSPORTS.join(', ')}`);
  checkAvailable(transport);
  return { ...readServer('--server', args.value('server') ?? SERVER_DEFAULT), transport };
}

/** Not every runtime has QUIC. */
export function checkAvailable(transport: TransportChoice, available = nativeTransports()): void {
  if (transport === 'auto' || available.includes(transport)) return;
  throw new UsageError(
    `--transport ${transport} is not possible here: this runtime has no such transport; use one of auto, ${available.join(', ')}`,
  );
}

/** `source` names the flag or word that `server` was. */
export function readServer(source: string, server: string): Omit<Target, 'transport'> {
  try {
    const address = parseServer(server);
    return { server, name: serverName(address), onePort: address.port !== undefined };
  } catch (error) {
    throw new UsageError(`${source} ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Undefined without --pin. */
export function readPin(args: Arguments): { kind: 'pin'; sha256: Uint8Array } | undefined {
  const pin = args.value('pin');
  if (pin === undefined) return undefined;
  if (args.has('trust-first')) throw new UsageError('--pin and --trust-first exclude each other; give one');
  return { kind: 'pin', sha256: readFingerprint('--pin', pin) };
}

export function readFingerprint(name: string, text: string): Uint8Array {
  const sha256 = parseFingerprint(text);
  if (sha256 !== undefined) return sha256;
  throw new UsageError(
    `${name} "${text}" is no fingerprint; copy the whole of SHA256:AB:CD:... from \`sotto hello\``,
  );
}

/** Undefined without --password-file. */
export function readPassword(args: Arguments, { directory }: System): string | undefined {
  const file = args.value('password-file');
  if (file === undefined) return undefined;
  const [password = ''] = readPasswordFile(resolve(directory, file)).split(/\r?\n/, 1);
  if (password === '')
    throw new UsageError(`--password-file "${file}" has an empty first line; write the password there`);
  return password;
}

function readPasswordFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--password-file "${path}" cannot be read (${reason}); check the path`);
  }
}

/** What logging in takes besides the password: undefined where it was not given. */
export function readLogin(
  args: Arguments,
  { environment }: System,
): { code: string | undefined; token: string | undefined } {
  return {
    code: args.value('code') ?? (environment.SOTTO_CODE || undefined),
    token: args.value('token') ?? (environment.SOTTO_TOKEN || undefined),
  };
}
