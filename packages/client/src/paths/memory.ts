/** Which transports answered last, network by network [PATH-9]. */
import { NETWORKS_MAX, REMEMBERED_MS } from './policy.ts';

export interface NetworkRecord {
  /** A hash that tells networks apart. */
  network: string;
  usedMs: number;
  transports: Readonly<Record<string, { worked: boolean; atMs: number }>>;
}

/** A time that is news by itself. */
const DAY_MS = 86_400_000;
/** The name where the runtime does not tell: such networks cannot be told apart, so nothing of them outlives the process. */
const UNNAMED = '';

export class NetworkMemory {
  /** The one used last at the end. */
  readonly #records = new Map<string, NetworkRecord>();
  /** `usedMs` as it was when `changed` was last called for that network. */
  readonly #toldMs = new Map<string, number>();
  readonly #changed: (records: readonly NetworkRecord[]) => void;

  /** `changed` gets all that is worth storing, whenever that is no more the same. A mere time is passed on once a day. */
  constructor(
    records: readonly NetworkRecord[],
    changed: (records: readonly NetworkRecord[]) => void = () => {},
  ) {
    this.#changed = changed;
    for (const record of records.toSorted((a, b) => a.usedMs - b.usedMs)) {
      if (record.network === UNNAMED) continue;
      this.#records.set(record.network, record);
      this.#toldMs.set(record.network, record.usedMs);
    }
  }

  /** Those with a name, the one used last at the end. */
  get records(): readonly NetworkRecord[] {
    return [...this.#records.values()].filter(({ network }) => network !== UNNAMED);
  }

  /** Whether the transport answered last here; undefined where nothing is known, or what is known is older than 30 days. */
  worked(network: string, transport: string, nowMs: number): boolean | undefined {
    const known = this.#records.get(network)?.transports[transport];
    return known === undefined || nowMs - known.atMs > REMEMBERED_MS ? undefined : known.worked;
  }

  note(network: string, transport: string, worked: boolean, nowMs: number): void {
    const before = this.#records.get(network);
    const isNews =
      before?.transports[transport]?.worked !== worked ||
      this.records.at(-1) !== before ||
      Math.abs(nowMs - (this.#toldMs.get(network) ?? nowMs)) >= DAY_MS;
    this.#records.delete(network);
    const transports = { ...before?.transports, [transport]: { worked, atMs: nowMs } };
    this.#records.set(network, { network, usedMs: nowMs, transports });
    this.#forgetOld(nowMs);
    if (!isNews || network === UNNAMED) return;
    this.#toldMs.set(network, nowMs);
    this.#changed(this.records);
  }

  #forgetOld(nowMs: number): void {
    const named = this.records;
    const outdated = named.filter(({ usedMs }) => nowMs - usedMs > REMEMBERED_MS);
    for (const { network } of [...outdated, ...named.slice(0, -NETWORKS_MAX)]) {
      this.#records.delete(network);
      this.#toldMs.delete(network);
    }
  }
}
