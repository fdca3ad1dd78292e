/** What is measured over an emulated path, in tests and in `npm run bench:network`; each opens a path of its own. */
import { MeasuredPath } from './measured-path.ts';
import type { EchoTransport } from './names.ts';
import type { ByTransport, EchoOrder, EchoResult, HandshakesResult } from './orders.ts';

/** Of messages until they and all before them are back, as a chat shows them. */
export interface EchoFigures {
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  /** Of messages until they are back, whatever came before; the same where the transport keeps order. */
  p99AnyOrderMs: number;
  missing: number;
}

export type LossyEchoFigures = EchoFigures & {
  /** Offered to the path in both directions. */
  packets: number;
};

export interface EchoSettings {
  seed: number;
  loss: number;
  roundTripMs: number;
  order: EchoOrder;
}

/** Connects on a clean path, then loses packets while messages are echoed over all transports at the same time. */
export async function measureEcho(settings: EchoSettings): Promise<Record<EchoTransport, LossyEchoFigures>> {
  const { seed, loss, roundTripMs, order } = settings;
  await using path = await MeasuredPath.open(seed, { delayMs: roundTripMs / 2 });
  await path.connect(order.transports);
  await path.setLoss(loss);
  const before = await packetsOfAll(path, order.transports);
  const { echo } = await path.run({ echo: order });
  const after = await packetsOfAll(path, order.transports);
  const figures = order.transports.map((transport, index) => {
    const packets = (after[index] ?? 0) - (before[index] ?? 0);
    return [transport, { ...figuresOf(found(echo, transport)), packets }];
  });
  return Object.fromEntries(figures);
}

const packetsOfAll = (path: MeasuredPath, transports: readonly EchoTransport[]): Promise<number[]> =>
  Promise.all(transports.map((transport) => path.packets(transport)));

export interface HandshakesSettings {
  seed: number;
  loss: number;
  roundTripMs: number;
  transport: EchoTransport;
  count: number;
}

/** All at once, one try each. */
export async function measureHandshakes(settings: HandshakesSettings): Promise<HandshakesResult> {
  const { seed, loss, roundTripMs, transport, count } = settings;
  await using path = await MeasuredPath.open(seed, { delayMs: roundTripMs / 2, loss });
  return await path.handshakes({ transport, count });
}

/** A bottleneck: its queue holds what is under way in one round trip. */
export interface Bottleneck {
  seed: number;
  rateMbps: number;
  roundTripMs: number;
}

const openBottleneck = ({ seed, rateMbps, roundTripMs }: Bottleneck): Promise<MeasuredPath> =>
  MeasuredPath.open(seed, {
    delayMs: roundTripMs / 2,
    rateMbps,
    queueBytes: Math.round((rateMbps * 1e6 * roundTripMs) / 8e3),
  });

export interface BulkFigures {
  goodputMbps: number;
  /** A message each 50 ms with nothing else, and beside the download on the same connection. */
  alone: EchoFigures;
  during: EchoFigures;
}

export interface BulkSettings extends Bottleneck {
  transport: EchoTransport;
  loss: number;
  bytes: number;
  chat: Omit<EchoOrder, 'transports'>;
}

/** A download over one connection and messages beside it. */
export async function measureBulk(settings: BulkSettings): Promise<BulkFigures> {
  const { transport, loss, bytes } = settings;
  const transports = [transport];
  const echo = { ...settings.chat, transports };
  await using path = await openBottleneck(settings);
  await path.connect(transports);
  await path.setLoss(loss);
  const alone = await path.run({ echo });
  const during = await path.run({ echo, download: { transports, bytes } });
  const download = found(during.download, transport);
  return {
    goodputMbps: (download.bytes * 8) / download.ms / 1e3,
    alone: figuresOf(found(alone.echo, transport)),
    during: figuresOf(found(during.echo, transport)),
  };
}

/** More than anybody waits for, and what an order can hold. */
const ENDLESS_BYTES = 0xffff_ffff;

export interface SharingSettings extends Bottleneck {
  first: EchoTransport;
  second: EchoTransport;
  forMs: number;
}

/** Which part of what came through had the first of two downloads that began together. */
export async function measureSharing(settings: SharingSettings): Promise<number> {
  const { first, second, forMs } = settings;
  await using path = await openBottleneck(settings);
  const transports = [first, second];
  await path.connect(transports);
  const { download } = await path.run({ download: { transports, bytes: ENDLESS_BYTES, forMs } });
  const bytes = found(download, first).bytes;
  return bytes / (bytes + found(download, second).bytes);
}

function found<Value>(values: ByTransport<Value>, transport: EchoTransport): Value {
  const value = values[transport];
  if (value === undefined) throw new Error(`nothing measured over ${transport}`);
  return value;
}

function figuresOf({ delaysMs, inOrderMs, missing }: EchoResult): EchoFigures {
  const [p50Ms, p99Ms, maxMs] = quantiles(inOrderMs);
  return { p50Ms, p99Ms, maxMs, p99AnyOrderMs: quantiles(delaysMs)[1], missing };
}

/** Median, 99th percentile and maximum. */
function quantiles(values: readonly number[]): [number, number, number] {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
  return [at(0.5), at(0.99), at(1)];
}
