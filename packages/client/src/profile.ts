/** Where a person's profiles are kept. */
import { createHash } from 'node:crypto';
import { homedir, platform } from 'node:os';
import { join } from 'node:path';
import { parseServer, serverName } from './server-address.ts';

/** $SOTTO_HOME, or the platform's folder for a user's data. */
export function defaultHome(env: NodeJS.ProcessEnv = process.env): string {
  if (env.SOTTO_HOME) return env.SOTTO_HOME;
  switch (platform()) {
    case 'win32':
      return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Sotto');
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'Sotto');
    default:
      return join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'sotto');
  }
}

/** One directory for each account on each server. Names of people may be no names of files, so they are hashed where needed. */
export function profileDirectory(home: string, server: string, user: string): string {
  return join(home, 'profiles', safe(serverName(parseServer(server))), safe(user.toLowerCase()));
}

/** Distinct for distinct names, also on file systems that fold case or normalise. */
function safe(name: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name) && !name.endsWith('.') && !RESERVED.test(name)) return name;
  const hash = createHash('sha256').update(name.normalize('NFC')).digest('hex').slice(0, 16);
  return `${name.replace(/[^a-z0-9._-]/g, '_').slice(0, 32)}~${hash}`;
}

/** Names of devices on Windows. */
const RESERVED = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/;
