/** Paths as people type them. */
import { readdirSync, statSync } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { LocalFile, NotAFile } from '@sotto/terminal';

export interface Places {
  /** The current one. */
  directory: string;
  home: string;
}

/** What is there, and whether it can be sent. */
export async function look(typed: string, places: Places): Promise<LocalFile | NotAFile> {
  const path = resolve(places.directory, withHome(typed, places));
  try {
    const found = await stat(path);
    if (found.isDirectory()) return none('is a folder; send a file, or pack the folder into one');
    if (!found.isFile()) return none('is no ordinary file');
    await access(path, constants.R_OK);
    const { size: sizeBytes, mtimeMs: modifiedMs } = found;
    return { kind: 'file', path, name: sendableName(path), sizeBytes, modifiedMs };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return none(PROBLEMS[code] ?? 'cannot be read', code === 'ENOENT' || code === 'ENOTDIR');
  }
}

const none = (problem: string, missing = false): NotAFile => ({ kind: 'none', missing, problem });

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'is not there; check the path',
  ENOTDIR: 'is not there; check the path',
  ENAMETOOLONG: 'is not there; the path is too long',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
};

/** Some systems let names hold what the server does not take. */
const sendableName = (path: string): string =>
  basename(path)
    .toWellFormed()
    .replace(/\p{Cc}/gu, '_');

const COMPLETIONS_MAX = 1_000;

/** Paths that begin so, as they were begun; folders with a slash. Hidden ones where their dot was typed. */
export function completePath(start: string, places: Places): readonly string[] {
  if (start === '~') return ['~/'];
  const slash = start.lastIndexOf('/') + 1;
  const [folder, begun] = [start.slice(0, slash), start.slice(slash)];
  const path = resolve(places.directory, withHome(folder === '' ? '.' : folder, places));
  try {
    const names = readdirSync(path).filter((name) => name.startsWith(begun));
    return names
      .filter((name) => begun.startsWith('.') || !name.startsWith('.'))
      .sort()
      .slice(0, COMPLETIONS_MAX)
      .map((name) => folder + name + (isFolder(join(path, name)) ? '/' : ''));
  } catch {
    return [];
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function withHome(path: string, { home }: Places): string {
  if (path === '~') return home;
  return path.startsWith('~/') ? join(home, path.slice(2)) : path;
}
