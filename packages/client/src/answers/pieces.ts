/**
 * The text of an answer, put together from pieces that come in any order, more than once, or not at all. Texts only grow, so
 * of two that begin alike the longer one is the later one.
 */
import { MESSAGE_MAX_BYTES } from '@sotto/model';

/** No answer has more bytes, so none has more UTF-16 units. */
export const ANSWER_TEXT_MAX_UNITS = MESSAGE_MAX_BYTES;
/** Pieces held beyond a gap. */
const AHEAD_MAX = 32;

interface Piece {
  offset: number;
  text: string;
}

export class Pieces {
  #text = '';
  #ahead: Piece[] = [];

  /** As far as there is no gap. */
  get text(): string {
    return this.#text;
  }

  /** More was written than is known. */
  get hasGap(): boolean {
    return this.#ahead.length > 0;
  }

  /** Whether the text grew. */
  add(offset: number, text: string): boolean {
    // Beyond what an answer can have: no gap that could be filled.
    if (offset >= ANSWER_TEXT_MAX_UNITS) return false;
    if (offset > this.#text.length) {
      if (this.#ahead.length < AHEAD_MAX)
        this.#ahead.push({ offset, text: text.slice(0, ANSWER_TEXT_MAX_UNITS - offset) });
      return false;
    }
    if (!this.#take({ offset, text })) return false;
    this.#catchUp();
    return true;
  }

  /** The whole text as it was at some moment; what is known beyond it was not heard since. */
  replace(text: string): boolean {
    const before = this.#text;
    this.#text = '';
    this.#ahead = [];
    this.#take({ offset: 0, text });
    return this.#text !== before;
  }

  #take({ offset, text }: Piece): boolean {
    const known = this.#text.length;
    const room = ANSWER_TEXT_MAX_UNITS - known;
    const fresh = text.slice(known - offset, known - offset + room);
    this.#text += fresh;
    return fresh !== '';
  }

  #catchUp(): void {
    const ahead = this.#ahead.sort((one, other) => one.offset - other.offset);
    this.#ahead = [];
    for (const piece of ahead) {
      if (piece.offset > this.#text.length) this.#ahead.push(piece);
      else this.#take(piece);
    }
  }
}
