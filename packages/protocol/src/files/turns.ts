import type { FrameFields } from '../index.ts';
import type { OutgoingTransfer } from './outgoing-transfer.ts';

/** The transfers of one connection in one direction take turns, a piece each [PACE-6]. */
export class TransferTurns<Transfer extends Pick<OutgoingTransfer, 'take'> = OutgoingTransfer> {
  /** The next one in turn is first. */
  readonly #transfers = new Set<Transfer>();

  add(transfer: Transfer): void {
    this.#transfers.add(transfer);
  }

  delete(transfer: Transfer): void {
    this.#transfers.delete(transfer);
  }

  /** The next piece of whoever is in turn; undefined where nothing may leave. */
  take(nowMs: number): { transfer: Transfer; piece: FrameFields<'fileData'> } | undefined {
    for (const transfer of this.#transfers) {
      const piece = transfer.take(nowMs);
      if (piece === undefined) continue;
      this.#transfers.delete(transfer);
      this.#transfers.add(transfer);
      return { transfer, piece };
    }
    return undefined;
  }
}
