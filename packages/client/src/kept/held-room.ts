/**
 * What is kept of a room, as the store has it until somebody wants to see it: opening all of them at the start would take
 * longer than asking the server. Before the page itself stand its last event and the first that may be read.
 */
import { HistoryPageSchema } from '@sotto/schema';
import { openPage, sealPage } from './pages.ts';
import { RoomPage } from './room-page.ts';

const HEAD_BYTES = 8;

export class HeldRoom {
  #sealed: Uint8Array | undefined;
  #page: RoomPage | undefined;
  readonly #head: { last: number; firstKept: number };

  private constructor(sealed: Uint8Array | undefined, page: RoomPage | undefined, head: HeldRoom['head']) {
    this.#sealed = sealed;
    this.#page = page;
    this.#head = head;
  }

  static of(page: RoomPage): HeldRoom {
    return new HeldRoom(undefined, page, page);
  }

  /** undefined for what is too short to be one. */
  static from(sealed: Uint8Array): HeldRoom | undefined {
    if (sealed.length < HEAD_BYTES) return undefined;
    const view = new DataView(sealed.buffer, sealed.byteOffset, sealed.length);
    return new HeldRoom(sealed, undefined, { last: view.getUint32(0), firstKept: view.getUint32(4) });
  }

  /** Without opening it. */
  get head(): { last: number; firstKept: number } {
    return this.#page ?? this.#head;
  }

  get isOpen(): boolean {
    return this.#page !== undefined;
  }

  /** undefined where it cannot be read. */
  open(): RoomPage | undefined {
    if (this.#page !== undefined || this.#sealed === undefined) return this.#page;
    const read = openPage(HistoryPageSchema, this.#sealed.subarray(HEAD_BYTES));
    this.#sealed = undefined;
    if (read !== undefined && read.head === this.#head.last) this.#page = new RoomPage(read);
    return this.#page;
  }
}

export function sealRoom(page: RoomPage): Uint8Array {
  const { events, states, ...rest } = page.read;
  const body = sealPage(HistoryPageSchema, { ...rest, events: [...events], states: [...states] });
  const sealed = new Uint8Array(HEAD_BYTES + body.length);
  const view = new DataView(sealed.buffer);
  view.setUint32(0, page.last);
  view.setUint32(4, page.firstKept);
  sealed.set(body, HEAD_BYTES);
  return sealed;
}
