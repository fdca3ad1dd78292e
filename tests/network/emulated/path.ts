/**
 * Two network namespaces joined by a path with delay, jitter, loss and a rate: see relay.py. They live as long as the
 * relay does, which ends with this process at the latest, so nothing is left behind whatever happens.
 */
import { join } from 'node:path';
import { LineProcess } from './line-process.ts';

export const NEAR_ADDRESS = '10.99.0.1';
export const FAR_ADDRESS = '10.99.0.2';
const SUBNET = '10.99.0.0/24';
/** The name that relay.py gives its devices. */
const DEVICE = 'path';
const MTU_BYTES = 1_500;
/** Ahead of whatever else the machine does, as far as it is allowed: what waits for a processor is not the path's delay. */
const AHEAD = ['nice', '-n', '-10'];
const RELAY = join(import.meta.dir, 'relay.py');

export type Side = 'near' | 'far';

/** One direction of the path; what is missing keeps its value. */
export interface DirectionSettings {
  /** One way. */
  delayMs?: number;
  /** Added to the delay, uniformly from 0 to this. */
  jitterMs?: number;
  /** Whether jitter lets packets overtake each other. */
  reorder?: boolean;
  /** From 0 to 1. */
  loss?: number;
  /** 0 is unlimited. */
  rateMbps?: number;
  queueBytes?: number;
}

/** `up` is from near to far. */
export interface PathSettings {
  up?: DirectionSettings;
  down?: DirectionSettings;
}

/** Of the kernel's TCP at both ends; `machine` is what the machine has unless told otherwise. */
export type CongestionControl = 'machine' | 'cubic';

export interface ClassCounters {
  /** Offered to the path, lost ones included. */
  packets: number;
  bytes: number;
  /** Dropped because the class was blocked. */
  blocked: number;
  lost: number;
  /** Dropped because the queue was full. */
  overflowed: number;
  deliveredBytes: number;
}

/** By protocol and port of the far side: `udp:4433`. */
export type Counters = Record<'up' | 'down', Record<string, ClassCounters>>;

export const both = (settings: DirectionSettings): PathSettings => ({ up: settings, down: settings });

export class EmulatedPath {
  readonly #relay: LineProcess;
  readonly #namespaces: Record<Side, string>;
  readonly #programs: LineProcess[] = [];
  /** Of the near side, as `ip` wants it. */
  #nearAddress = `${NEAR_ADDRESS}/24`;

  private constructor(relay: LineProcess, namespaces: Record<Side, string>) {
    this.#relay = relay;
    this.#namespaces = namespaces;
  }

  static async open(seed: number, settings: PathSettings, mtuBytes = MTU_BYTES): Promise<EmulatedPath> {
    const options = { near: NEAR_ADDRESS, far: FAR_ADDRESS, mtu: mtuBytes, seed, ...settings };
    const relay = new LineProcess([...AHEAD, 'python3', RELAY, JSON.stringify(options)]);
    return new EmulatedPath(relay, await relay.next<Record<Side, string>>());
  }

  /** For connections that begin after this. */
  async useTcp(control: CongestionControl): Promise<void> {
    if (control === 'machine') return;
    for (const side of ['near', 'far'] as const)
      await this.#ip(side, 'route', 'change', SUBNET, 'dev', DEVICE, 'congctl', control);
  }

  async set(settings: PathSettings): Promise<void> {
    await this.#relay.ask({ set: settings });
  }

  /** From now on packets of these vanish, both ways: `udp`, `tcp`, or a class as in the counters. None lifts it. */
  async block(...classes: readonly string[]): Promise<void> {
    await this.#relay.ask({ block: classes });
  }

  /** As when a machine goes from one network to the next: the old address is gone, the new one may be of any subnet. */
  async moveNear(address: string): Promise<void> {
    const old = this.#nearAddress;
    this.#nearAddress = `${address}/32`;
    await this.#ip('far', 'route', 'replace', this.#nearAddress, 'dev', DEVICE);
    await this.#ip('near', 'address', 'add', this.#nearAddress, 'dev', DEVICE);
    await this.#ip('near', 'route', 'replace', `${FAR_ADDRESS}/32`, 'dev', DEVICE, 'src', address);
    await this.#ip('near', 'address', 'del', old, 'dev', DEVICE);
  }

  counters(): Promise<Counters> {
    return this.#relay.ask<Counters>({ counters: true });
  }

  /** Where the kernel shows it, as long as it exists. */
  namespace(side: Side): string {
    return this.#namespaces[side];
  }

  /** What goes before a command that is to run in a namespace. The process is the command's own. */
  inside(side: Side): string[] {
    return [...AHEAD, 'nsenter', `--net=${this.#namespaces[side]}`];
  }

  /** Starts a script of ours in a namespace; it ends with the path at the latest. */
  start(side: Side, script: string, ...args: readonly string[]): LineProcess {
    const program = new LineProcess([...this.inside(side), process.execPath, script, ...args]);
    this.#programs.push(program);
    return program;
  }

  async #ip(side: Side, ...words: readonly string[]): Promise<void> {
    const child = Bun.spawn([...this.inside(side), 'ip', ...words], { stdout: 'ignore', stderr: 'pipe' });
    if ((await child.exited) !== 0)
      throw new Error(`ip ${words.join(' ')}: ${await new Response(child.stderr).text()}`);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#programs, this.#relay].map((program) => program.close()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
