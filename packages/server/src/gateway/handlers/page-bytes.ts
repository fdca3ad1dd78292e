import { firstThatFit } from '../../fitting.ts';

/** Texts of one page take at most this: the names of people and rooms around them take the rest of a frame. */
const TEXTS_MAX_BYTES = 48 * 1024;

/** As `firstThatFit`, of what is long in each. */
export const firstTexts = <T>(items: readonly T[], textOf: (item: T) => string): T[] => [
  ...firstThatFit(items, (item) => Buffer.byteLength(textOf(item)), TEXTS_MAX_BYTES),
];
