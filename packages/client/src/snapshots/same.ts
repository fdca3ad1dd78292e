/** Whether what was made anew says what was there before: then that is kept, so that its reader sees no change [SNAPSHOT-1]. */

/** Entry for entry. */
export const isSameList = <T>(one: readonly T[], other: readonly T[]): boolean =>
  one.length === other.length && one.every((each, index) => Object.is(each, other[index]));

/** Field for field; dates by their moment. */
export function hasSameFields<T extends object | undefined>(one: T, other: T): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  const [fields, others] = [Object.entries(one), Object.entries(other)];
  if (fields.length !== others.length) return false;
  const by = new Map(others);
  return fields.every(([name, value]) => by.has(name) && isSameValue(value, by.get(name)));
}

function isSameValue(one: unknown, other: unknown): boolean {
  if (one instanceof Date && other instanceof Date) return one.getTime() === other.getTime();
  return Object.is(one, other);
}
