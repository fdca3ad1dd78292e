/** Which marks begin and end emphasis, as CommonMark pairs them. What would be too deep stays as it is written. */
import { SPAN_DEPTH_MAX } from './ast.ts';
import type { Marks, Token } from './tokens.ts';

interface Opener {
  marks: Marks;
  at: number;
  /** How deep what was paired behind it is. */
  depth: number;
}

type OnWork = (steps: number) => void;

/** Pairs all marks from there on that are not settled yet, and settles them. */
export function pairMarks(tokens: readonly Token[], from: number, onWork: OnWork): void {
  const openers: Opener[] = [];
  const floors = new Map<string, number>();
  for (let at = from; at < tokens.length; at++) {
    onWork(1);
    const token = tokens[at];
    if (token?.kind !== 'marks' || token.isSettled) continue;
    token.isSettled = true;
    if (token.closes) closeWith(token, at, openers, floors, onWork);
    if (token.opens && token.left > 0) openers.push({ marks: token, at, depth: 0 });
  }
}

function closeWith(
  closer: Marks,
  at: number,
  openers: Opener[],
  floors: Map<string, number>,
  onWork: OnWork,
): void {
  const sort = `${closer.sign}${closer.opens}${closer.length % 3}`;
  while (closer.left > 0) {
    const found = findOpener(closer, openers, floors.get(sort) ?? -1, onWork);
    const opener = openers[found];
    const depth = opener === undefined ? 0 : depthFrom(openers, found);
    if (opener === undefined || depth > SPAN_DEPTH_MAX) {
      // Not what this run itself begins.
      floors.set(sort, at - 1);
      return;
    }
    pair(opener.marks, closer);
    opener.depth = depth;
    openers.length = found + 1;
    if (opener.marks.left > 0) continue;
    openers.length = found;
    const outer = openers.at(-1);
    if (outer !== undefined) outer.depth = Math.max(outer.depth, depth);
  }
}

const depthFrom = (openers: readonly Opener[], index: number): number =>
  openers.slice(index).reduce((most, { depth }) => Math.max(most, depth), 0) + 1;

/** The last that fits; those up to `floor` are known not to. */
function findOpener(closer: Marks, openers: readonly Opener[], floor: number, onWork: OnWork): number {
  for (let index = openers.length - 1; index >= 0; index--) {
    onWork(1);
    const opener = openers[index];
    if (opener === undefined || opener.at <= floor) return -1;
    if (opener.marks.sign === closer.sign && fits(opener.marks, closer)) return index;
  }
  return -1;
}

/** The rule of three, which lets `*a**b**c*` be what it looks like. */
function fits(opener: Marks, closer: Marks): boolean {
  const isEither = opener.closes || closer.opens;
  return (
    !isEither ||
    (opener.length + closer.length) % 3 !== 0 ||
    (opener.length % 3 === 0 && closer.length % 3 === 0)
  );
}

function pair(opener: Marks, closer: Marks): void {
  const isDouble = opener.left >= 2 && closer.left >= 2;
  const kind = closer.sign === '~' ? 'strike' : isDouble ? 'strong' : 'emphasis';
  const used = isDouble ? 2 : 1;
  opener.begins.push(kind);
  closer.ends.push(kind);
  opener.left -= used;
  closer.left -= used;
}
