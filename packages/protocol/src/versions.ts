import { ErrorCode } from '@sotto/schema';
import { SottoError } from './errors.ts';

/** The highest version in both lists [VERSION-1]; SottoError NO_COMMON_VERSION when there is none. */
export function chooseVersion(ours: readonly number[], theirs: readonly number[]): number {
  const common = ours.filter((version) => theirs.includes(version));
  if (common.length === 0) {
    throw new SottoError(
      ErrorCode.NO_COMMON_VERSION,
      `this side speaks ${ours.join(', ')}; the other ${theirs.slice(0, 16).join(', ') || 'none'}`,
    );
  }
  return Math.max(...common);
}

/**
 * What a client checks in a Welcome: the server chose the best version of its own list and ours. A middle man who
 * shortens a list to force an older version is caught here or, where he rewrote both, by the transcript [VERSION-3].
 */
export function checkChoice(ours: readonly number[], theirs: readonly number[], chosen: number): void {
  if (chooseVersion(ours, theirs) !== chosen) {
    throw new SottoError(ErrorCode.DOWNGRADE_DETECTED, `version ${chosen} was not the best choice`);
  }
}
