/** Uploads of one connection that have ended: their client can still say what is to become of them [UPLOAD-8]. */
import { TRANSFERS_MAX } from '@sotto/model';

const REMEMBERED_MAX = 2 * TRANSFERS_MAX;

interface EndedUpload {
  sha256: Uint8Array;
  /** It is durable. */
  stored: boolean;
}

export class EndedUploads {
  /** By transfer, the oldest first. */
  readonly #all = new Map<number, EndedUpload>();

  remember(transfer: number, { sha256 }: { sha256: Uint8Array }, stored: boolean): void {
    this.#all.set(transfer, { sha256, stored });
    const [oldest] = this.#all.keys();
    if (oldest !== undefined && this.#all.size > REMEMBERED_MAX) this.#all.delete(oldest);
  }

  find(transfer: number): EndedUpload | undefined {
    return this.#all.get(transfer);
  }

  /** Finds it for the last time. */
  take(transfer: number): EndedUpload | undefined {
    const upload = this.#all.get(transfer);
    this.#all.delete(transfer);
    return upload;
  }
}
