/** The figures of a run as tables in Markdown, as README.md has them. */
import type { NativeTransport } from '@sotto/client/node';
import { type ChatFigures, type Delays, type FilePath, SLOW } from '../tests/network/session/chat-beside.ts';
import type { LoopbackFigures } from './files-loopback.ts';
import { CLEAN, type Goodputs, type PathFigures, SITUATIONS, type Situation } from './files-path.ts';

const NAMES: Readonly<Record<NativeTransport, string>> = {
  udp: 'UDP',
  quic: 'QUIC',
  tls: 'TLS',
  websocket: 'WebSocket',
};

const BESIDE: Readonly<Record<Situation, string>> = {
  idle: 'nothing',
  upload: 'an upload',
  download: 'a download',
  https: 'a plain HTTPS download',
};

export function report(paths: readonly PathFigures[], loopback: LoopbackFigures): string {
  const slow = pathInWords(SLOW);
  return [
    row([`chat on ${slow}`, 'beside', 'acknowledged', 'delivered', 'p99 at most', 'the transfer']),
    row(['---', '---', '---', '---', '---', '---']),
    ...paths.flatMap(chatRows),
    '',
    row([
      'goodput, of HTTPS',
      `${slow}, up`,
      'down',
      `${pathInWords(CLEAN)}, up`,
      'down',
      'loopback, up',
      'down',
    ]),
    row(['---', '---', '---', '---', '---', '---', '---']),
    ...paths.map(({ transport, slow, clean }) =>
      goodputRow(transport, [slow, clean, loopback.get(transport)]),
    ),
  ].join('\n');
}

/** What was promised of both, in all rows that promise something. */
export function kept(paths: readonly PathFigures[]): boolean {
  return paths.every(({ chat }) =>
    (['upload', 'download'] as const).every((situation) => holds(chat[situation], chat.idle)),
  );
}

function chatRows({ transport, chat }: PathFigures): string[] {
  return SITUATIONS.map((situation) => {
    const { acknowledged, delivered, mbps, missing } = chat[situation];
    const lost = missing === 0 ? '' : `, ${missing} missing`;
    return row([
      NAMES[transport],
      BESIDE[situation],
      delays(acknowledged),
      delays(delivered) + lost,
      verdict(situation, chat),
      situation === 'idle' ? '' : `${mbps.toFixed(2)} Mbit/s`,
    ]);
  });
}

const NOTHING: Goodputs = { https: Number.NaN, upload: Number.NaN, download: Number.NaN };

const limits = ({ acknowledged, delivered }: ChatFigures): readonly [number, number] => [
  acknowledged.p99Ms + SLOW.roundTripMs,
  delivered.p99Ms + SLOW.roundTripMs,
];

function holds({ acknowledged, delivered, missing }: ChatFigures, idle: ChatFigures): boolean {
  const [ofAcknowledged, ofDelivered] = limits(idle);
  return missing === 0 && acknowledged.p99Ms <= ofAcknowledged && delivered.p99Ms <= ofDelivered;
}

/** That of HTTPS is there to be compared with: nothing is promised of it. */
function verdict(situation: Situation, { idle, ...others }: PathFigures['chat']): string {
  if (situation === 'idle') return '';
  const [ofAcknowledged, ofDelivered] = limits(idle);
  return `${whole(ofAcknowledged)} and ${whole(ofDelivered)}: ${holds(others[situation], idle) ? 'kept' : 'MISSED'}`;
}

function goodputRow(transport: NativeTransport, goodputs: readonly (Goodputs | undefined)[]): string {
  const cells = goodputs.flatMap(({ https, upload, download } = NOTHING) =>
    [upload, download].map(
      (rate) => `${rate.toFixed(rate < 100 ? 2 : 0)} Mbit/s, ${(rate / https).toFixed(2)}`,
    ),
  );
  return row([NAMES[transport], ...cells]);
}

const pathInWords = ({ rateMbps, roundTripMs, queueMs }: FilePath): string =>
  `${rateMbps} Mbit/s, ${roundTripMs} ms, a queue of ${queueMs} ms`;
const delays = ({ p50Ms, p99Ms, maxMs }: Delays): string =>
  `p50 ${whole(p50Ms)}, p99 ${whole(p99Ms)}, most ${whole(maxMs)} ms`;
const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
