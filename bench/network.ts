/**
 * `npm run bench:network`: UDP beside TLS and QUIC over emulated paths. Prints one table and writes
 * `bench/out/network.json`. Takes about four minutes, as root. Only figures of one run can be compared.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BulkComparison,
  chatRoundTripsMore,
  compareBulks,
  goodputRatio,
  shareBesideTls,
} from '../tests/network/emulated/bulk-comparison.ts';
import {
  compareEchoes,
  ECHO_ROUND_TRIP_MS,
  type EchoComparison,
  figuresAt,
  packetRatio,
  slownessRatio,
  TRANSPORTS,
} from '../tests/network/emulated/comparison.ts';
import { type BulkFigures, measureHandshakes } from '../tests/network/emulated/measure.ts';
import type { HandshakesResult } from '../tests/network/emulated/orders.ts';
import { needs } from '../tests/services.ts';

const SEED = 1;
const LOSSES = [0.05, 0.2, 0.3];
const MESSAGES = 1_200;
const HANDSHAKES = 50;
const HANDSHAKE_LOSS = 0.3;
const SHARING_MS = 25_000;

const NAMES = { udp: 'UDP', tls: 'TLS', quic: 'QUIC', quicMessages: 'QUIC, a stream a message' };

type Row = readonly [what: string, figure: string, compared: string];

if (needs('emulatedPath') === undefined) {
  console.error('this needs Linux, root, python3, iproute2, util-linux and /dev/net/tun');
  process.exit(1);
}
console.error(`echo of ${MESSAGES} messages at ${LOSSES.length + 1} losses, all transports at once ...`);
const echoes = await compareEchoes(SEED, LOSSES, MESSAGES);
console.error(`${HANDSHAKES} handshakes ...`);
const handshakes = await measureHandshakes({
  seed: SEED,
  loss: HANDSHAKE_LOSS,
  roundTripMs: ECHO_ROUND_TRIP_MS,
  transport: 'udp',
  count: HANDSHAKES,
});
console.error('downloads ...');
const bulks = await compareBulks(SEED);
console.error('a UDP and a TLS download on one path ...');
const share = await shareBesideTls(SEED, SHARING_MS);

print([...echoRows(echoes), handshakeRow(handshakes), ...bulks.flatMap(bulkRows), sharingRow(share)]);
const directory = join(import.meta.dir, 'out');
await mkdir(directory, { recursive: true });
const results = { echoes: Object.fromEntries(echoes), handshakes, bulks, share };
await Bun.write(join(directory, 'network.json'), `${JSON.stringify(results, null, 2)}\n`);

function echoRows(comparison: EchoComparison): Row[] {
  return [...comparison.keys()].flatMap((loss) =>
    TRANSPORTS.map((transport): Row => {
      const figures = figuresAt(comparison, loss)[transport];
      const { p50Ms, p99Ms, maxMs, missing, packets } = figures;
      const anyOrder = transport === 'quicMessages' ? ` (${ms(figures.p99AnyOrderMs)} in any order)` : '';
      const delays = `p50 ${ms(p50Ms)}, p99 ${ms(p99Ms)}${anyOrder}, most ${ms(maxMs)}; ${packets} packets`;
      const lost = missing === 0 ? '' : `, ${missing} not back`;
      const slowness = `${slownessRatio(comparison, loss).toFixed(2)} of the best other p99, `;
      const compared = `${transport === 'udp' ? slowness : ''}${packetRatio(comparison, loss, transport).toFixed(2)} x the packets`;
      return [`echo at ${percent(loss)} loss, ${NAMES[transport]}`, delays + lost, compared];
    }),
  );
}

function handshakeRow({ timesMs, failures }: HandshakesResult): Row {
  const sorted = timesMs.toSorted((a, b) => a - b);
  const times = `median ${ms(sorted[sorted.length >> 1] ?? Number.NaN)}, most ${ms(sorted.at(-1) ?? Number.NaN)}`;
  const finished = `${timesMs.length} of ${timesMs.length + failures.length} finish`;
  return [`handshakes at ${percent(HANDSHAKE_LOSS)} loss, UDP`, `${finished}; ${times}`, ''];
}

function bulkRows(bulk: BulkComparison): Row[] {
  const title = `${bulk.bytes / 1e6} MB at ${percent(bulk.loss)} loss`;
  const row = (transport: 'udp' | 'quic', compared: string): Row[] => {
    const figures = bulk[transport];
    const name = `${title}, ${NAMES[transport]}`;
    return [
      [name, `${figures.goodputMbps.toFixed(2)} Mbit/s`, compared],
      [`  a message beside it`, chat(figures), `${chatRoundTripsMore(figures).toFixed(2)} round trips more`],
    ];
  };
  return [...row('udp', `${goodputRatio(bulk).toFixed(2)} of QUIC`), ...row('quic', '')];
}

function chat({ alone, during }: BulkFigures): string {
  return `p50 ${ms(during.p50Ms)}, p99 ${ms(during.p99Ms)}; alone p50 ${ms(alone.p50Ms)}, p99 ${ms(alone.p99Ms)}`;
}

function sharingRow(part: number): Row {
  return ['a UDP beside a TLS download', `${percent(part)} of the path`, ''];
}

function print(rows: readonly Row[]): void {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}

function percent(part: number): string {
  return `${Math.round(part * 100)} %`;
}
