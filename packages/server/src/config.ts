/** The server's configuration: flag before environment before `.env` file before default (O3). */
import { resolve } from 'node:path';
import type { DeletedAccounts, RegistrationPolicy } from './accounts/policy.ts';
import { type AssistantSettings, readAssistantSettings } from './assistants/settings.ts';
import { SETTING_NAMES, SETTINGS, type SettingName } from './config-settings.ts';
import {
  ConfigError,
  fail,
  type Given,
  isLoopback,
  parseAddress,
  parseChoice,
  parseList,
  parseOrigin,
  parsePort,
  parseSwitch,
} from './config-values.ts';

import { type FileSettings, readFileSettings } from './files/settings.ts';
import { type LimitSettings, readLimits } from './limits/settings.ts';

export { SETTING_NAMES, SETTINGS, type Setting, type SettingName } from './config-settings.ts';
export { ConfigError, isLoopback } from './config-values.ts';

const SERVED_TRANSPORTS = ['udp', 'quic', 'tls', 'websocket'] as const;
export type ServedTransport = (typeof SERVED_TRANSPORTS)[number];
const REGISTRATION_POLICIES: readonly RegistrationPolicy[] = ['open', 'invite', 'closed'];
const DELETED_ACCOUNTS: readonly DeletedAccounts[] = ['keep', 'erase'];
const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Paths are absolute. */
export interface ServerConfig {
  dataDirectory: string;
  address: string;
  /** At least one. */
  transports: readonly ServedTransport[];
  /** Nobody asked for QUIC, which not every runtime has: where it is missing, the server runs without. */
  quicIsOptional: boolean;
  /** 0 takes a free port. */
  ports: Readonly<Record<ServedTransport, number>>;
  /** Only ever true on a loopback address. */
  demo: boolean;
  registration: RegistrationPolicy;
  deletedAccounts: DeletedAccounts;
  /** PEM files supplied by the operator; undefined uses the identity made at first start. */
  tlsIdentity: { certificateFile: string; privateKeyFile: string } | undefined;
  /** Besides the server's own. */
  webOrigins: readonly string[];
  database: { kind: 'sqlite'; path: string };
  files: FileSettings;
  /** Undefined for none. */
  limits: LimitSettings | undefined;
  /** Undefined for none. */
  assistants: AssistantSettings | undefined;
  log: { level: LogLevel; file: string | undefined };
}

export interface ConfigSources {
  flags: Readonly<Partial<Record<SettingName, string>>>;
  environment: Readonly<Record<string, string | undefined>>;
  /** What `.env` says. */
  file: Readonly<Record<string, string | undefined>>;
  /** Relative paths start here. */
  directory: string;
}

export function readConfig(sources: ConfigSources): ServerConfig {
  refuseUnknownNames(sources.file);
  const given = (name: SettingName) => lookUp(name, sources);
  const path = (name: SettingName) => optionalPath(given(name), sources.directory);
  const demo = parseSwitch(given('demo'));
  const dataDirectory = resolve(sources.directory, given('data').text);
  return {
    dataDirectory,
    address: readAddress(given('address'), demo),
    ...readTransports(given),
    quicIsOptional: !asksForQuic(sources, given),
    demo,
    registration: parseChoice(given('registration'), REGISTRATION_POLICIES),
    deletedAccounts: parseChoice(given('deletedAccounts'), DELETED_ACCOUNTS),
    tlsIdentity: readIdentity(given, path),
    webOrigins: parseList(given('webOrigins')).map((text) => parseOrigin({ ...given('webOrigins'), text })),
    database: readDatabase(given('database'), dataDirectory, sources.directory),
    files: readFileSettings(given, { ...sources, dataDirectory }),
    limits: readLimits(given),
    assistants: readAssistantSettings(given, sources),
    log: { level: parseChoice(given('logLevel'), LOG_LEVELS), file: path('logFile') },
  };
}

/** Empty text counts as not given, so that `NAME=` in a file stands for the default. */
function lookUp(name: SettingName, { flags, environment, file }: ConfigSources): Given {
  const { flag, variable, default: standard } = SETTINGS[name];
  const candidates: readonly (readonly [string | undefined, string])[] = [
    [flags[name], flag ?? variable],
    [environment[variable], variable],
    [file[variable], `${variable} in .env`],
  ];
  for (const [text, source] of candidates) if (text) return { text, source };
  return { text: standard, source: flag ?? variable };
}

function refuseUnknownNames(file: ConfigSources['file']): void {
  const known = new Set(SETTING_NAMES.map((name) => SETTINGS[name].variable));
  for (const name of Object.keys(file)) {
    if (name.startsWith('SOTTO_') && !known.has(name))
      throw new ConfigError(`${name} in .env is no setting; .env.sample lists them all`);
  }
}

function readAddress(given: Given, demo: boolean): string {
  if (given.text === '') return demo ? '127.0.0.1' : '0.0.0.0';
  const address = parseAddress(given);
  if (demo && !isLoopback(address))
    fail(given, 'is open to others and --demo has well-known passwords', 'use 127.0.0.1 or leave out --demo');
  return address;
}

function readTransports(given: (name: SettingName) => Given): Pick<ServerConfig, 'transports' | 'ports'> {
  const only = given('only');
  const transports = parseList(only).map((text) => parseChoice({ ...only, text }, SERVED_TRANSPORTS));
  if (transports.length === 0) fail(only, 'names no transport', `use ${SERVED_TRANSPORTS.join(', ')}`);
  const ports = {
    udp: parsePort(given('udpPort')),
    quic: parsePort(given('quicPort')),
    tls: parsePort(given('tlsPort')),
    websocket: parsePort(given('webPort')),
  };
  const clash = (one: ServedTransport, other: ServedTransport) =>
    transports.includes(one) && transports.includes(other) && ports[one] !== 0 && ports[one] === ports[other];
  // TCP and UDP have ports of their own.
  if (clash('tls', 'websocket'))
    fail(given('webPort'), 'is the port of TLS already', 'give --tls-port and --web-port different ports');
  if (clash('udp', 'quic'))
    fail(given('quicPort'), 'is the port of UDP already', 'give --udp-port and --quic-port different ports');
  return { transports, ports };
}

/** A flag asks for it, and so does any value but the default. */
function asksForQuic({ flags }: ConfigSources, given: (name: SettingName) => Given): boolean {
  const names = ['only', 'quicPort'] as const;
  return names.some((name) => flags[name] !== undefined || given(name).text !== SETTINGS[name].default);
}

function readIdentity(
  given: (name: SettingName) => Given,
  path: (name: SettingName) => string | undefined,
): ServerConfig['tlsIdentity'] {
  const certificateFile = path('tlsCertificate');
  const privateKeyFile = path('tlsKey');
  if (certificateFile !== undefined && privateKeyFile !== undefined)
    return { certificateFile, privateKeyFile };
  if (certificateFile !== undefined) fail(given('tlsCertificate'), 'has no key', 'give --tls-key as well');
  if (privateKeyFile !== undefined)
    fail(given('tlsKey'), 'has no certificate', 'give --tls-certificate as well');
  return undefined;
}

function readDatabase(given: Given, dataDirectory: string, directory: string): ServerConfig['database'] {
  if (given.text === '') return { kind: 'sqlite', path: resolve(dataDirectory, 'sotto.db') };
  const path = /^sqlite:(.+)$/.exec(given.text)?.[1];
  if (path === undefined) {
    // A database URL may hold a password, so it is not repeated.
    throw new ConfigError(`${given.source} is not a database this version knows; use sqlite:PATH`);
  }
  return { kind: 'sqlite', path: resolve(directory, path) };
}

function optionalPath(given: Given, directory: string): string | undefined {
  return given.text === '' ? undefined : resolve(directory, given.text);
}
