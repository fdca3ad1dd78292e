/** What the operating system says of files and directories, in words for people. */

const PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not use it',
  EPERM: 'this user may not use it',
  EEXIST: 'a file is where a directory is needed',
  ENOTDIR: 'a file is where a directory is needed',
  ENOENT: 'it does not exist and cannot be made',
  EISDIR: 'it is a directory',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk cannot be written to',
};

/** Undefined for errors that are not about a file. */
export function fileProblem(error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error && 'path' in error)) return undefined;
  const problem = PROBLEMS[String(error.code)];
  return problem === undefined ? undefined : `cannot use ${error.path}: ${problem}`;
}
