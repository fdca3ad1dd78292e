/** Names that mean something already: nobody is called so, or like what looks so [NAME-4]. */
import type { UserNumber } from '@sotto/model';
import { nameSkeleton } from '@sotto/model/names-skeleton';

/** What stands for the names of deleted accounts. */
export const tombstoneOf = (user: UserNumber): string => `deleted-${user}`;

/** The skeleton of 0 is an o, that of 1 an l. */
const TOMBSTONE = /^deleted-[\dol]+$/;
/** Who mentions everybody, and who says what the server itself says. */
const MEANT_OTHERWISE: ReadonlySet<string> = new Set(['room', 'server'].map(nameSkeleton));

/** By what the eye makes of the name. */
export const isReserved = (skeleton: string): boolean =>
  TOMBSTONE.test(skeleton) || MEANT_OTHERWISE.has(skeleton);
