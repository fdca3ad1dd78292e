/**
 * What a message shows: the tree that every client draws [TEXT-8]. There is no HTML in it, nothing that is fetched, and no
 * address but http, https and mailto.
 */

export type Block =
  | { kind: 'paragraph'; spans: readonly Span[] }
  | { kind: 'heading'; level: number; spans: readonly Span[] }
  /** `info` is what stands behind the fence, `language` its first word in lower case; `text` has no line feed at its end. */
  | { kind: 'code'; language: string; info: string; text: string }
  | { kind: 'quote'; blocks: readonly Block[] }
  /** `start` is the first number; undefined where the items have bullets. */
  | { kind: 'list'; start: number | undefined; items: readonly ListItem[] }
  /** Rows may have fewer or more cells than the head. */
  | {
      kind: 'table';
      aligned: readonly Alignment[];
      head: readonly Cell[];
      rows: readonly (readonly Cell[])[];
    }
  | { kind: 'rule' };

export interface ListItem {
  /** Of `[x]` and `[ ]`; undefined for other items. */
  isDone: boolean | undefined;
  blocks: readonly Block[];
}

export type Alignment = 'start' | 'center' | 'end';
export type Cell = readonly Span[];

export type Span =
  | { kind: 'text'; text: string }
  | { kind: 'strong' | 'emphasis' | 'strike'; spans: readonly Span[] }
  | { kind: 'code'; text: string }
  /** `url` is http, https or mailto. Holds no link. */
  | { kind: 'link'; url: string; spans: readonly Span[] }
  /** `@alice` as written. Counts as a mention of each name in `names`, longest first; `room` there is everybody. */
  | { kind: 'mention'; text: string; names: readonly Named[] }
  /** `#garden`, or the message `#garden/12`, or `@alice/12` in the conversation with her. */
  | {
      kind: 'reference';
      text: string;
      to: 'room' | 'person';
      names: readonly Named[];
      sequence: number | undefined;
    }
  | { kind: 'break' };

/** One reading of a name. Whether somebody has it is for others to know. */
export interface Named {
  /** As names are compared: see `readName`. */
  key: string;
  /** How much of the span's text it takes, with the sign; the rest is the punctuation of the sentence. */
  length: number;
}

/** Quotes and lists within each other, and emphasis within emphasis; what is deeper is shown as it is written. */
export const BLOCK_DEPTH_MAX = 8;
export const SPAN_DEPTH_MAX = 8;
