/** What happened beside messages, as rows between them: what comes without a message in between is one row. */
import type { TimelineNotice } from '@sotto/client';
import type { Bare } from './build.ts';

/** A direct room begins with its two people, and nothing else happens to them there. */
const isTold = ({ event }: TimelineNotice): boolean =>
  event.room.kind !== 'direct' || event.kind === 'messagePinned';

/** `rows`: of the timeline, ascending; those without a place in the log are its last. */
export function withNotices(rows: readonly Bare[], notices: readonly TimelineNotice[]): readonly Bare[] {
  const told = notices.filter(isTold);
  if (told.length === 0) return rows;
  const merged: Bare[] = [];
  let next = 0;
  const take = (before: number) => {
    const from = next;
    while (next < told.length && (told[next]?.sequence ?? 0) < before) next += 1;
    for (const group of byDay(told.slice(from, next))) merged.push(rowOf(group));
  };
  for (const row of rows) {
    take(row.kind === 'message' ? row.view.sequence : Number.POSITIVE_INFINITY);
    merged.push(row);
  }
  take(Number.POSITIVE_INFINITY);
  return merged;
}

function rowOf(group: readonly TimelineNotice[]): Bare {
  const [first] = group;
  return { kind: 'notice', key: `notice:${first?.sequence}`, at: first?.at, notices: lasting(group) };
}

/** Days have lines of their own. */
function byDay(notices: readonly TimelineNotice[]): readonly (readonly TimelineNotice[])[] {
  const groups: TimelineNotice[][] = [];
  for (const notice of notices) {
    const last = groups.at(-1);
    if (last?.[0]?.at.toDateString() === notice.at.toDateString()) last.push(notice);
    else groups.push([notice]);
  }
  return groups;
}

/** Under the first of each group, as it was last given: the same group stays the same object. */
const known = new WeakMap<TimelineNotice, readonly TimelineNotice[]>();

function lasting(group: readonly TimelineNotice[]): readonly TimelineNotice[] {
  const [first] = group;
  if (first === undefined) return group;
  const before = known.get(first);
  const isSame = before?.length === group.length && group.every((each, at) => each === before[at]);
  if (before !== undefined && isSame) return before;
  known.set(first, group);
  return group;
}
