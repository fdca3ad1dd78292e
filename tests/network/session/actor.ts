/** A person on the stage, as the test sees them. */
import type { TransportChoice } from '@sotto/client/node';
import type { LineProcess } from '../emulated/line-process.ts';
import type { Side } from '../emulated/path.ts';
import type {
  Carried,
  FetchOrder,
  Inspection,
  Journal,
  PersonOrder,
  UploadOrder,
  Whereabouts,
} from './orders.ts';

const POLL_MS = 25;
/** A bound, no measure: how long anything here is waited for. */
const PATIENCE_MS = 60_000;

export interface Cast {
  name: string;
  transport: TransportChoice;
  /** The near one where nothing else is said. */
  side?: Side;
  /** Opens a room of this name and is the only one who may talk there; whoever opens none follows all of them. */
  room?: string;
}

/** A person's process. */
export class Actor {
  readonly name: string;
  readonly room: string | undefined;
  readonly cast: Cast;
  readonly #process: LineProcess;
  #talked = false;

  constructor(process: LineProcess, cast: Cast) {
    this.#process = process;
    this.cast = cast;
    this.name = cast.name;
    this.room = cast.room;
  }

  get talked(): boolean {
    return this.#talked;
  }

  talk(everyMs: number): Promise<void> {
    this.#talked = true;
    return this.#ask({ talk: { everyMs } });
  }

  /** How many messages have no answer in the end. */
  hush(): Promise<number> {
    return this.#ask({ hush: { patienceMs: PATIENCE_MS } });
  }

  where(): Promise<Whereabouts> {
    return this.#ask({ where: true });
  }

  /** What the server holds of the session, once it can be asked. */
  async inspect(): Promise<Inspection> {
    return until(async () => (await this.#ask<Inspection | null>({ inspect: true })) ?? undefined);
  }

  report(): Promise<Journal> {
    return this.#ask({ report: true });
  }

  upload(upload: UploadOrder): Promise<void> {
    return this.#ask({ upload });
  }

  fetch(fetch: FetchOrder): Promise<void> {
    return this.#ask({ fetch });
  }

  carried(): Promise<Carried> {
    return this.#ask({ carried: true });
  }

  /** Once that many bytes of the file are there, or all is over. */
  carriedUntil(bytes: number, patienceMs = PATIENCE_MS): Promise<Carried> {
    const enough = ({ doneBytes, endedAt }: Carried) => endedAt !== undefined || doneBytes >= bytes;
    return until(
      async () => {
        const carried = await this.carried();
        return enough(carried) ? carried : undefined;
      },
      `${this.name} carries ${bytes} bytes`,
      patienceMs,
    );
  }

  /** Throws where it failed. */
  async delivered(patienceMs?: number): Promise<Carried> {
    const carried = await this.carriedUntil(Number.POSITIVE_INFINITY, patienceMs);
    if (carried.failure !== undefined) throw new Error(`${this.name}: ${carried.failure}`);
    return carried;
  }

  /** Calls the transfer off. */
  drop(): Promise<Carried> {
    return this.#ask({ drop: true });
  }

  kill(): Promise<void> {
    return this.#process.close();
  }

  async whereUntil(holds: (where: Whereabouts) => boolean, what: string): Promise<void> {
    await until(async () => (holds(await this.where()) ? true : undefined), what);
  }

  /** How long it takes from now until the person is online over one of these, in milliseconds. */
  async over(...transports: readonly string[]): Promise<number> {
    const since = Date.now();
    const there = ({ transport }: Whereabouts) => transport !== undefined && transports.includes(transport);
    await this.whereUntil(there, `${this.name} is on ${transports.join(' or ')}`);
    return Date.now() - since;
  }

  /** Resolves once it has heard so many messages, or when more would have come long ago. */
  hears(count: number): Promise<void> {
    return this.whereUntil(({ heard }) => heard >= count, 'hears everything').catch(() => {});
  }

  /** What it saw, once all of its own messages have come back to it, or should have long ago. */
  async settled(): Promise<Journal> {
    const { accepted } = await this.report();
    await this.hears(accepted.length);
    return this.report();
  }

  #ask<Answer>(order: PersonOrder): Promise<Answer> {
    return this.#process.ask<Answer>(order);
  }
}

async function until<Value>(
  look: () => Promise<Value | undefined>,
  what = 'an answer',
  patienceMs = PATIENCE_MS,
): Promise<Value> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${patienceMs / 1_000} s`);
    await Bun.sleep(POLL_MS);
  }
}
