import type { Span } from './ast.ts';

export type Emphasis = 'strong' | 'emphasis' | 'strike';

/** A run of `*`, `_` or `~`. */
export interface Marks {
  kind: 'marks';
  sign: string;
  /** As written, and what of it is neither begin nor end of anything. */
  length: number;
  left: number;
  opens: boolean;
  closes: boolean;
  /** What it ends, the innermost first; then what it begins, the innermost first as well. */
  ends: Emphasis[];
  begins: Emphasis[];
  isSettled: boolean;
}

export type Token =
  | { kind: 'text'; text: string }
  | { kind: 'span'; span: Span }
  | Marks
  | { kind: 'linkBegin'; url: string }
  | { kind: 'linkEnd' };

const SPACE = /^\s/u;
const SIGN = /^[\p{P}\p{S}]/u;

/** Whether it opens and closes, as CommonMark has it: from the characters beside it, none at the ends of a line. */
export function marksOf(run: string, before: string, after: string): Marks {
  const isAfterSpace = before === '' || SPACE.test(before);
  const isBeforeSpace = after === '' || SPACE.test(after);
  const isAfterSign = SIGN.test(before);
  const isBeforeSign = SIGN.test(after);
  const isLeft = !isBeforeSpace && (!isBeforeSign || isAfterSpace || isAfterSign);
  const isRight = !isAfterSpace && (!isAfterSign || isBeforeSpace || isBeforeSign);
  const isWordBound = run.startsWith('_');
  return {
    kind: 'marks',
    sign: run.charAt(0),
    length: run.length,
    left: run.length,
    opens: isLeft && (!isWordBound || !isRight || isAfterSign),
    closes: isRight && (!isWordBound || !isLeft || isBeforeSign),
    ends: [],
    begins: [],
    isSettled: false,
  };
}
