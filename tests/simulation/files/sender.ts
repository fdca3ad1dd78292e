/** Somebody who sends files whatever happens: what its program did not bring to an end, the next run of it goes on with. */
import { type Sent, type SottoClient, SottoError } from '@sotto/client';
import type { RoomNumber } from '@sotto/model';
import type { Random } from '@sotto/protocol';
import type { SimulatedClient } from '../client.ts';
import { sha256 } from './bytes.ts';

/** One file on its way to the room. */
interface Errand {
  clientMessageId: string;
  bytes: Uint8Array<ArrayBuffer>;
  /** The run of the program that has it in hand. */
  run: SottoClient | undefined;
  callOff: AbortController;
  state: 'underWay' | 'calledOff' | 'done';
}

export interface Offered {
  clientMessageId: string;
  sha256: string;
  sizeBytes: number;
  sent: Sent;
}

export class Sender {
  readonly client: SimulatedClient;
  readonly offered: Offered[] = [];
  readonly problems: string[] = [];
  readonly #random: Random;
  readonly #errands: Errand[] = [];

  constructor(client: SimulatedClient, random: Random) {
    this.client = client;
    this.#random = random;
  }

  get underWay(): number {
    return this.#errands.filter(({ state }) => state === 'underWay').length;
  }

  send(room: RoomNumber, sizeBytes: number): void {
    this.#errands.push({
      clientMessageId: this.#random.bytes(16).toHex(),
      bytes: new Uint8Array(this.#random.bytes(sizeBytes)),
      run: undefined,
      callOff: new AbortController(),
      state: 'underWay',
    });
    this.goOn(room);
  }

  /** The last one that is under way still is not wanted any more. */
  callOff(): boolean {
    const errand = this.#errands.findLast(({ state }) => state === 'underWay');
    if (errand === undefined || !this.client.running) return false;
    errand.state = 'calledOff';
    errand.callOff.abort(new Error('called off'));
    return true;
  }

  /** What an earlier run of the program had in hand, as people who see that it was not sent. */
  goOn(room: RoomNumber): void {
    if (!this.client.running) return;
    const { sdk } = this.client;
    for (const errand of this.#errands) {
      if (errand.state !== 'underWay' || errand.run === sdk) continue;
      errand.run = sdk;
      this.#send(sdk, room, errand).catch((error) => this.#failed(sdk, errand, error));
    }
  }

  async #send(sdk: SottoClient, room: RoomNumber, errand: Errand): Promise<void> {
    const { clientMessageId, bytes, callOff } = errand;
    const sent = await sdk.sendFile(room, new Blob([bytes]), {
      clientMessageId,
      name: 'file',
      signal: callOff.signal,
    });
    // A dead program tells nobody; a file that was called off too late is there all the same.
    if (errand.run !== sdk) return;
    errand.state = 'done';
    this.offered.push({ clientMessageId, sha256: sha256(bytes), sizeBytes: bytes.length, sent });
  }

  #failed(sdk: SottoClient, errand: Errand, error: unknown): void {
    if (errand.run !== sdk || errand.state !== 'underWay') return;
    // Its program ended in between: the next run goes on.
    if (!this.client.running || this.client.sdk !== sdk) return;
    errand.state = 'calledOff';
    const what = error instanceof SottoError ? `${error.code} ${error.message}` : String(error);
    this.problems.push(`${this.client.name} could not send ${errand.bytes.length} bytes: ${what}`);
  }
}
