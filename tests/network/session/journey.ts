/** A file on its way while transports are taken from its carrier, the network fails, and both ends are killed. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_PORTS } from '@sotto/protocol';
import type { DirectionSettings } from '../emulated/path.ts';
import type { Actor } from './actor.ts';
import { Stage } from './stage.ts';

const SEED = 13;
const ROOM = 'talk';
const BLOCK_BYTES = 64 * 1024;
const PATIENCE_MS = 180_000;
const CLASSES = {
  udp: `udp:${DEFAULT_PORTS.udp}`,
  quic: `udp:${DEFAULT_PORTS.quic}`,
  tls: `tcp:${DEFAULT_PORTS.tls}`,
  websocket: `tcp:${DEFAULT_PORTS.websocket}`,
} as const;

export interface JourneyOptions {
  direction: 'upload' | 'download';
  bytes: number;
  path: DirectionSettings;
  outageMs: number;
}

export interface Journey {
  /** Those that the session was on while the file moved, one after another. */
  transports: readonly string[];
  /** What arrived is what was sent. */
  isSame: boolean;
  /** Handed to transports, as a multiple of the file. */
  sent: number;
  takenMs: number;
}

export async function travel(options: JourneyOptions): Promise<Journey> {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'sotto-journey-'));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const source = join(directory, 'source');
  const sha256 = await writeRandom(source, options.bytes);
  const cast = [{ name: 'carrier', transport: 'auto', room: ROOM }] as const;
  const stage = stack.use(await Stage.open(SEED, cast, options.path));
  const journey = new Traveller(stage, options);
  await stage.person('carrier').over('udp');
  const arrived =
    options.direction === 'upload'
      ? await journey.upload(source)
      : await journey.download(source, join(directory, 'saved'));
  const { transports, sentBytes, takenMs } = journey;
  return { transports, isSame: arrived === sha256, sent: sentBytes / options.bytes, takenMs };
}

class Traveller {
  readonly transports: string[] = ['udp'];
  sentBytes = 0;
  takenMs = 0;
  readonly #stage: Stage;
  readonly #options: JourneyOptions;

  constructor(stage: Stage, options: JourneyOptions) {
    this.#stage = stage;
    this.#options = options;
  }

  /** The digest of what somebody at the server's side has of it in the end. */
  async upload(path: string): Promise<string> {
    const id = crypto.getRandomValues(new Uint8Array(16)).toHex();
    const sequence = await this.#carry('carrier', (carrier) => carrier.upload({ room: ROOM, path, id }));
    const listener = this.#stage.person('listener');
    await listener.fetch({ room: ROOM, sequence });
    return (await listener.delivered(PATIENCE_MS)).sha256 ?? '';
  }

  async download(path: string, into: string): Promise<string> {
    const id = crypto.getRandomValues(new Uint8Array(16)).toHex();
    const listener = this.#stage.person('listener');
    await listener.upload({ room: ROOM, path, id });
    const { sequence = 0 } = await listener.delivered(PATIENCE_MS);
    await this.#carry(undefined, (carrier) => carrier.fetch({ room: ROOM, sequence, into }));
    return (await this.#carrier.delivered()).sha256 ?? '';
  }

  /** Answers the message. `sender` is who is counted, else the server. */
  async #carry(sender: string | undefined, begin: (carrier: Actor) => Promise<void>): Promise<number> {
    const before = this.#stage.pieces(sender);
    const since = Date.now();
    await begin(this.#carrier);
    await this.#onlyOver('tls', 0.1);
    await this.#onlyOver('websocket', 0.2);
    await this.#onlyOver('quic', 0.3);
    await this.#until(0.45);
    await this.#stage.path.block();
    await this.#stage.killAndReturn('carrier');
    await begin(this.#carrier);
    await this.#until(0.6);
    await this.#stage.restartServer('SIGKILL');
    // Early enough that it is not over before this is seen on a busy machine.
    await this.#until(0.75);
    await this.#stage.path.block('udp', 'tcp');
    await Bun.sleep(this.#options.outageMs);
    await this.#stage.path.block();
    const { sequence = 0 } = await this.#carrier.delivered(PATIENCE_MS);
    this.takenMs = Date.now() - since;
    this.sentBytes = this.#stage.pieces(sender) - before;
    return sequence;
  }

  get #carrier(): Actor {
    return this.#stage.person('carrier');
  }

  async #onlyOver(transport: keyof typeof CLASSES, part: number): Promise<void> {
    await this.#until(part);
    await this.#stage.path.block(...Object.values(CLASSES).filter((name) => name !== CLASSES[transport]));
    await this.#carrier.over(transport);
    this.transports.push(transport);
  }

  /** Throws where it has ended by then: what is still to come would not be part of its way. */
  async #until(part: number): Promise<void> {
    const { endedAt, failure } = await this.#carrier.carriedUntil(part * this.#options.bytes, PATIENCE_MS);
    if (endedAt !== undefined) throw new Error(failure ?? `it was over before ${part} of it`);
  }
}

/** Bytes that are in no other file; their digest. */
export async function writeRandom(path: string, size: number): Promise<string> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += BLOCK_BYTES)
    crypto.getRandomValues(bytes.subarray(at, Math.min(size, at + BLOCK_BYTES)));
  await Bun.write(path, bytes);
  return createHash('sha256').update(bytes).digest('hex');
}
