/** What was said and asked in one run, kept beside the server: each thing said has a word that stands nowhere else. */
import type { Random } from '@sotto/protocol';

export interface SaidMessage {
  room: number;
  by: number;
  id: string;
  text: string;
  relatesTo: number;
  thread: number;
}

export type Said =
  | ({ kind: 'message' } & SaidMessage)
  /** `id`: of the edit. */
  | { kind: 'edit'; room: number; by: number; id: string }
  | { kind: 'instructions'; room: number }
  | { kind: 'private'; task: 'search' | 'language'; by: number; room: number };

/** A summary that somebody asked for, which has no words of its own. */
export interface SummaryAsked {
  by: number;
  room: number;
  assistant: number;
  life: number;
  /** 0 while that is not known. */
  answer: number;
  fromMs: number;
  untilMs: number;
}

/** One decision of somebody about somebody else, and within which time it came to hold. */
export interface BlockDeed {
  by: number;
  user: number;
  blocked: boolean;
  fromMs: number;
  toMs: number;
}

export const WORD = /\bx\d+x\b/g;

export class Ledger {
  readonly said = new Map<string, Said>();
  readonly summaries: SummaryAsked[] = [];
  readonly blocks: BlockDeed[] = [];
  /** Each room that there is, with the two that are in it where it is direct. */
  readonly rooms = new Map<number, readonly [number, number] | undefined>();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  newWord(): string {
    return `x${this.said.size}x`;
  }

  /** Its text has the newest word. */
  message(said: SaidMessage): void {
    this.said.set(this.newWord(), { kind: 'message', ...said });
  }

  newId(): Uint8Array {
    return this.#random.bytes(16);
  }
}
