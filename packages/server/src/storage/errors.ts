/** What can be wrong with the database itself, apart from what a request may be refused for. */
export type StorageErrorCode =
  | 'missing'
  | 'notADatabase'
  | 'corrupt'
  | 'readOnly'
  | 'noAccess'
  | 'full'
  | 'deviceFailed'
  | 'inUse'
  | 'busy'
  | 'schemaNewer'
  | 'schemaOlder'
  | 'unsupported'
  | 'closed'
  | 'internal';

const REMEDIES: Readonly<Record<StorageErrorCode, string>> = {
  missing: 'check the path, or make the database with `sotto db init`',
  notADatabase: 'check the path, or restore the file from a backup',
  corrupt: 'the file is damaged: stop the server and restore it from a backup',
  readOnly: 'make the file and its directory writable for the user that runs the server',
  noAccess: 'check that the directory exists and belongs to the user that runs the server',
  full: 'free space on the disk; nothing that was acknowledged is lost',
  deviceFailed: 'check the disk and the system log; nothing that was acknowledged is lost',
  inUse: 'stop the other server, or give this one its own data directory',
  busy: 'another program holds the database for too long; end it, then try again',
  schemaNewer: 'run the version of Sotto that made it, or a later one',
  schemaOlder: 'run `sotto db migrate` or start the server once',
  unsupported: 'use sqlite:PATH or a plain path',
  closed: 'the server is stopping',
  internal: 'please report this as a bug',
};

/** The one error that storage rejects with. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code: StorageErrorCode;
  /** The thing at fault and what is wrong with it, without the way out. */
  readonly detail: string;

  constructor(code: StorageErrorCode, detail: string) {
    super(`${detail}: ${REMEDIES[code]}`);
    this.code = code;
    this.detail = detail;
  }
}
