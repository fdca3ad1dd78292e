/** Whether what was made anew says what was there before: then that is kept, so that its reader sees no change [SNAPSHOT-1]. */

/** Entry for entry. */
export const isSameList = <T>(one: readonly T[], other: readonly T[]): boolean =>
  one.length === other.length && one.every((each, index) => Object.is(each, other[index]));

/** Each field for field. */
export const isSameListOf = <T extends object>(one: readonly T[], other: readonly T[]): boolean =>
  one.length === other.length && one.every((each, index) => hasSameFields(each, other[index]));

/** Field for field; dates by their moment. */
export function hasSameFields<T extends object>(one: T | undefined, other: T | undefined): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  const [fields, others] = [one as Fields, other as Fields];
  return names.every((name) => name in others && isSameValue(fields[name], others[name]));
}

/** All the way down, for plain data. */
export function isSameData(one: unknown, other: unknown): boolean {
  if (isSameValue(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length || one instanceof Date) return false;
  const [fields, others] = [one as Fields, other as Fields];
  return names.every((name) => name in others && isSameData(fields[name], others[name]));
}

type Fields = Readonly<Record<string, unknown>>;

function isSameValue(one: unknown, other: unknown): boolean {
  if (one instanceof Date && other instanceof Date) return one.getTime() === other.getTime();
  return Object.is(one, other);
}
