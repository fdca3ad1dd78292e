/**
 * Structured logs, one JSON object a line, to standard error and to a file (O4). They name what happened and to whom
 * by number; passwords, tokens, codes and message bodies never go in. The field types keep whole requests out, and
 * fields that could hold a secret by their name are blanked.
 */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import pino from 'pino';
import { ConfigError, type LogLevel, type ServerConfig } from './config.ts';

export type LogFields = Readonly<Record<string, string | number | boolean | undefined | Error>>;

export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  /** An Error goes into the field `err`. */
  error(fields: LogFields, message: string): void;
  child(fields: LogFields): Log;
}

export interface OpenedLog {
  log: Log;
  /** Writes out what is still buffered. */
  close(): Promise<void>;
}

/** Where the console's copy goes: standard error, or a test's array. */
export interface LogSink {
  write(line: string): unknown;
}

const SECRET_FIELDS = ['password', 'token', 'secret', 'inviteCode', 'ownerCode', 'text', 'content'];
/** The log names users and addresses, so it is its owner's alone. */
const FILE_MODE = 0o600;

export function openLog(config: ServerConfig['log'], sink: LogSink = process.stderr): OpenedLog {
  const file = config.file === undefined ? undefined : openFile(config.file);
  const { level } = config;
  const streams = [{ level, stream: sink }, ...(file === undefined ? [] : [{ level, stream: file }])];
  return {
    log: pino(options(level), pino.multistream(streams)),
    close: () => (file === undefined ? Promise.resolve() : ended(file)),
  };
}

function options(level: LogLevel): pino.LoggerOptions {
  return {
    level,
    base: null,
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: '[removed]' },
  };
}

function openFile(path: string): ReturnType<typeof pino.destination> {
  try {
    mkdirSync(dirname(path), { recursive: true });
    closeSync(openSync(path, 'a', FILE_MODE));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`--log-file "${path}" cannot be written (${reason}); choose another path`);
  }
  return pino.destination({ dest: path, append: true, sync: false });
}

function ended(file: ReturnType<typeof pino.destination>): Promise<void> {
  return new Promise((resolve) => {
    file.once('close', resolve);
    file.end();
  });
}
