import { STATUS_TAKEN } from '../relay/keeper.ts';
import type { KeeperDesk, KeeperGuest } from '../relay/keeper-desk.ts';

/** A WebSocket that ends at this desk, as far as the page's end of the keeper uses one. */
export function deskSocket(desk: KeeperDesk): WebSocket {
  return new DeskSocket(desk) as unknown as WebSocket;
}

class DeskSocket implements KeeperGuest {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly #desk: KeeperDesk;

  constructor(desk: KeeperDesk) {
    this.#desk = desk;
    queueMicrotask(() => this.onopen?.());
  }

  send(text: string): void {
    void this.#desk.answer(text, this).then((answer) => {
      if (answer === undefined) this.#end(1007);
      else this.onmessage?.({ data: answer });
    });
  }

  taken(): void {
    this.#end(STATUS_TAKEN);
  }

  close(): void {
    this.#end(1000);
  }

  #end(code: number): void {
    this.#desk.leave(this);
    queueMicrotask(() => this.onclose?.({ code }));
  }
}
