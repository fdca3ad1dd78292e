/** Reads the text of one setting; each function refuses with the thing, the value and the way out. */
import { isIP } from 'node:net';

/** A mistake in a flag, a variable or the `.env` file. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** A setting's text and where it came from: `--tls-port`, `SOTTO_TLS_PORT in .env`. */
export interface Given {
  text: string;
  source: string;
}

export function fail(given: Given, problem: string, wayOut: string): never {
  throw new ConfigError(`${given.source} "${given.text}" ${problem}; ${wayOut}`);
}

export function parsePort(given: Given): number {
  const port = /^\d{1,5}$/.test(given.text) ? Number(given.text) : Number.NaN;
  return port <= 65_535
    ? port
    : fail(given, 'is not a port', 'use a number from 1 to 65535, or 0 for a free one');
}

export function parseAddress(given: Given): string {
  return isIP(given.text) === 0
    ? fail(given, 'is not an IP address', 'use one of this machine, 0.0.0.0 for all, or 127.0.0.1')
    : given.text;
}

export function parseSwitch(given: Given): boolean {
  if (given.text === 'true' || given.text === '1') return true;
  if (given.text === 'false' || given.text === '0') return false;
  return fail(given, 'is neither on nor off', 'use true or false');
}

export function parseChoice<Choice extends string>(given: Given, choices: readonly Choice[]): Choice {
  return (
    choices.find((choice) => choice === given.text) ??
    fail(given, 'is not known here', `use one of ${choices.join(', ')}`)
  );
}

/** Words separated by commas; blanks around them do not count, nor do repetitions. */
export function parseList(given: Given): readonly string[] {
  const words = given.text.split(',').map((word) => word.trim());
  return [...new Set(words.filter((word) => word !== ''))];
}

export function parseOrigin(given: Given): string {
  const url = URL.canParse(given.text) ? new URL(given.text) : undefined;
  return url?.origin === given.text
    ? given.text
    : fail(given, 'is not a web origin', 'write it like https://chat.example.org, without a path');
}

/** 127.0.0.0/8 and ::1. */
export function isLoopback(address: string): boolean {
  return (isIP(address) === 4 && address.startsWith('127.')) || address === '::1';
}
