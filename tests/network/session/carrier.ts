/** Sends and fetches files for a person, one at a time. */
import { type SottoClient, saveFile } from '@sotto/client/node';
import type { Sequence } from '@sotto/model';
import type { Carried, FetchOrder, PersonOrder, UploadOrder } from './orders.ts';

type CarrierOrder = Extract<
  PersonOrder,
  { upload: unknown } | { fetch: unknown } | { carried: unknown } | { drop: unknown }
>;

const now = (): number => performance.timeOrigin + performance.now();

export class Carrier {
  readonly #client: SottoClient;
  #carried: Carried = begun();
  #abort = new AbortController();
  #ended: Promise<void> = Promise.resolve();

  constructor(client: SottoClient) {
    this.#client = client;
  }

  async answer(order: CarrierOrder): Promise<Carried> {
    if ('upload' in order) this.#begin((carried) => this.#upload(order.upload, carried));
    if ('fetch' in order) this.#begin((carried) => this.#fetch(order.fetch, carried));
    if ('drop' in order) {
      this.#abort.abort();
      await this.#ended;
    }
    return this.#carried;
  }

  #begin(carry: (carried: Carried) => Promise<void>): void {
    const carried = begun();
    this.#carried = carried;
    this.#abort = new AbortController();
    this.#ended = carry(carried)
      .catch((error) => {
        carried.failure = String(error);
      })
      .finally(() => {
        carried.endedAt = now();
      });
  }

  async #upload({ room, path, id }: UploadOrder, carried: Carried): Promise<void> {
    const { sequence } = await this.#client.sendFile(room, Bun.file(path), {
      name: 'carried',
      clientMessageId: id,
      ...this.#watched(carried),
    });
    carried.sequence = sequence;
  }

  async #fetch({ room, sequence, into, unhashed }: FetchOrder, carried: Carried): Promise<void> {
    const hasher = unhashed ? undefined : new Bun.CryptoHasher('sha256');
    for await (const chunk of await this.#arriving(room, sequence as Sequence, into, carried))
      hasher?.update(chunk);
    carried.sha256 = hasher?.digest('hex');
  }

  async #arriving(room: string, sequence: Sequence, into: string | undefined, carried: Carried) {
    const watched = this.#watched(carried);
    if (into === undefined) return (await this.#client.fetchFile(room, sequence, watched)).stream;
    const { path } = await saveFile(this.#client, room, sequence, { directory: into, ...watched });
    return Bun.file(path).stream();
  }

  #watched(carried: Carried) {
    return {
      signal: this.#abort.signal,
      onProgress: ({ phase, doneBytes }: { phase: string; doneBytes: number }) => {
        if (phase === 'hashing') return;
        carried.doneBytes = doneBytes;
        if (phase === 'moving') carried.movedAt ??= now();
      },
    };
  }
}

const begun = (): Carried => ({
  doneBytes: 0,
  startedAt: now(),
  movedAt: undefined,
  endedAt: undefined,
  sequence: undefined,
  sha256: undefined,
  failure: undefined,
});
