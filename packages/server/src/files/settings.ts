/** Where files are and what they may take, as the configuration has it. */
import { resolve } from 'node:path';
import type { SettingName } from '../config-settings.ts';
import { ConfigError, fail, type Given } from '../config-values.ts';
import type { FileLimits } from './usage.ts';

export interface FileSettings {
  place: FilePlace;
  limits: FileLimits;
}

export type FilePlace =
  | { kind: 'disk'; directory: string }
  | {
      kind: 's3';
      bucket: string;
      /** Without slashes at its ends; may be empty. */
      prefix: string;
      access: S3Access;
      /** Of the data directory: where uploads under way are. */
      directory: string;
    };

/** Keep it out of logs and messages. */
export interface S3Access {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string | undefined;
  region: string | undefined;
  /** Undefined for the one of AWS. */
  endpoint: string | undefined;
}

interface Sources {
  environment: Readonly<Record<string, string | undefined>>;
  /** Relative paths start here. */
  directory: string;
  dataDirectory: string;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };
const SIZE = /^(\d{1,9})([KMGT]?)$/;
const OFF = 'off';
const S3 = 's3://';
/** As S3 has names of buckets. */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const PREFIX = /^[A-Za-z0-9._/-]{0,512}$/;

export function readFileSettings(given: (name: SettingName) => Given, sources: Sources): FileSettings {
  const limits = {
    fileMax: parseSize(given('fileMax')),
    accountMax: parseSize(given('fileQuotaAccount')),
    totalMax: parseSize(given('fileQuotaTotal')),
  };
  return { place: readPlace(given('files'), sources), limits };
}

function parseSize(given: Given): number | undefined {
  if (given.text === OFF) return undefined;
  const [, amount = '', unit = ''] = SIZE.exec(given.text) ?? [];
  const bytes = Number(amount) * (UNITS[unit] ?? 1);
  const isSize = bytes > 0 && Number.isSafeInteger(bytes);
  return isSize ? bytes : fail(given, 'is no size', 'write it like 50M or 2G, or off');
}

/** What looks like a URL may hold a password: it is not repeated. */
function readPlace(given: Given, { environment, directory, dataDirectory }: Sources): FilePlace {
  const { text, source } = given;
  const standard = resolve(dataDirectory, 'files');
  if (text === '') return { kind: 'disk', directory: standard };
  if (text.startsWith(S3)) {
    const [bucket = '', ...rest] = text.slice(S3.length).split('/');
    const prefix = rest.filter((part) => part !== '').join('/');
    if (BUCKET.test(bucket) && PREFIX.test(prefix))
      return { kind: 's3', bucket, prefix, access: readAccess(source, environment), directory: standard };
    throw new ConfigError(`${source} names no bucket; write it like s3://BUCKET/PREFIX`);
  }
  if (text.includes('://'))
    throw new ConfigError(`${source} is no place this version knows; use a directory or s3://BUCKET/PREFIX`);
  return { kind: 'disk', directory: resolve(directory, text) };
}

/** By the names that other programs know them by, the one of S3 before the one of AWS. */
function readAccess(source: string, environment: Sources['environment']): S3Access {
  const named = (name: string) => environment[`S3_${name}`] || environment[`AWS_${name}`] || undefined;
  const needed = (name: string): string => {
    const value = named(name);
    if (value !== undefined) return value;
    throw new ConfigError(
      `${source} is s3://, and the environment has no S3_${name}; set it, or AWS_${name}`,
    );
  };
  const endpoint = named('ENDPOINT');
  if (endpoint !== undefined && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? ''))
    throw new ConfigError('S3_ENDPOINT in the environment is no URL; write it like https://s3.example.org');
  return {
    accessKeyId: needed('ACCESS_KEY_ID'),
    secretAccessKey: needed('SECRET_ACCESS_KEY'),
    sessionToken: named('SESSION_TOKEN'),
    region: named('REGION'),
    endpoint,
  };
}
