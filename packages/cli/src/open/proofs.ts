/** What the device's key may sign for the page: proofs of connections that this relay has at that moment [RELAY-6]. */
import type { Binding } from '@sotto/protocol';

const LABELS = ['sotto/1 device', 'sotto/1 resume'].map((label) => Buffer.from(`${label}\0`));
const TRANSCRIPT_BYTES = 32;

export class OpenChannels {
  readonly #bindings = new Set<Binding>();

  /** Until the returned function is called. */
  add(binding: Binding): () => void {
    const own = { kind: binding.kind, value: binding.value.slice() };
    this.#bindings.add(own);
    return () => void this.#bindings.delete(own);
  }

  /** BIND-2: label, 0, hash of the negotiation, kind and value of the binding. */
  readonly maySign = (bytes: Uint8Array): boolean => {
    const label = LABELS.find((one) => one.equals(bytes.subarray(0, one.length)));
    if (label === undefined) return false;
    const channel = Buffer.from(bytes.subarray(label.length + TRANSCRIPT_BYTES));
    return [...this.#bindings].some(({ kind, value }) => channel.equals(Buffer.from([kind, ...value])));
  };
}
