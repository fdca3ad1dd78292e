/** The figures of a run as a table in Markdown, aligned, as README.md has it. */
import type { BareFigures, Figures } from './run.ts';
import type { BenchTransport } from './wires.ts';

const NAMES: Readonly<Record<BenchTransport, string>> = {
  udp: 'UDP',
  quic: 'QUIC',
  tls: 'TLS',
  websocket: 'WebSocket',
};
const HEAD = [
  'over',
  'deliveries/s, 100 members',
  'deliveries/s, 1,000 members',
  'echo, p50 and p99',
  'set-up, with Resume',
  'handshakes alone',
  'an idle connection',
];
const NOTHING = '';

export function tableOf(figures: readonly Figures[], bare: BareFigures): string {
  const tls = figures.find(({ transport }) => transport === 'tls');
  const rows = [...figures.map((figure) => rowOf(figure, tls)), bareRow(bare, tls)];
  const widths = HEAD.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? NOTHING).length)),
  );
  const lineOf = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? NOTHING).padEnd(width)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [lineOf(HEAD), rule, ...rows.map(lineOf)].join('\n');
}

function rowOf(figure: Figures, tls: Figures | undefined): string[] {
  const { transport, fanOuts, latency, setUpPerSecond, handshakesPerSecond, idleBytes } = figure;
  const deliveries = fanOuts.map(({ members, deliveriesPerSecond }) => {
    const ofTls = tls?.fanOuts.find((other) => other.members === members)?.deliveriesPerSecond;
    const isCompared = transport !== 'tls' && ofTls !== undefined;
    return `${whole(deliveriesPerSecond)}${isCompared ? `, ${(deliveriesPerSecond / ofTls).toFixed(2)} of TLS` : ''}`;
  });
  return [
    NAMES[transport],
    ...deliveries,
    `${latency.p50Ms.toFixed(2)} ms, ${latency.p99Ms.toFixed(2)} ms`,
    `${whole(setUpPerSecond)}/s`,
    `${whole(handshakesPerSecond)}/s`,
    kibibytes(idleBytes),
  ];
}

/** What Sotto over TLS is of it stands behind. */
function bareRow(bare: BareFigures, tls: Figures | undefined): string[] {
  const ofBare = (tls?.fanOuts[0]?.deliveriesPerSecond ?? Number.NaN) / bare.deliveriesPerSecond;
  const memoryRatio = (tls?.idleBytes ?? Number.NaN) / bare.idleBytes;
  return [
    'a bare TLS listener',
    `${whole(bare.deliveriesPerSecond)}; TLS has ${ofBare.toFixed(2)} of it`,
    NOTHING,
    NOTHING,
    NOTHING,
    `${whole(bare.handshakesPerSecond)}/s`,
    `${kibibytes(bare.idleBytes)}; TLS has ${memoryRatio.toFixed(2)} times that`,
  ];
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

const kibibytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`;
