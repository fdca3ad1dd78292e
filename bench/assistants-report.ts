/** The figures of a run as tables in Markdown, as README.md has them. */
import type { OutageFigures } from './assistants-outages.ts';
import { ASKERS } from './assistants-stage.ts';
import {
  CHAT_TRANSPORTS,
  type ChatTransport,
  percentile,
  type Window,
  type WindowFigures,
} from './assistants-windows.ts';
import { at } from './fan-out.ts';

const MOST = 1.1;
const PARTS = { p50: 0.5, p99: 0.99 } as const;
const MEASURES = ['acknowledged', 'delivered'] as const;
const NAMES: Readonly<Record<ChatTransport, string>> = { tls: 'TLS', udp: 'UDP' };
const OUTAGES: Readonly<Record<OutageFigures['mode'], string>> = {
  answers: 'none',
  refuses: 'refuses connections',
  fails: 'answers 500',
  silent: 'says nothing',
};

interface Compared {
  transport: ChatTransport;
  measure: (typeof MEASURES)[number];
  part: keyof typeof PARTS;
  /** Of all windows together, in ms. */
  idle: number;
  streaming: number;
  /** Of each window with answers and the two beside it, ascending. */
  ratios: readonly number[];
}

export function report(windows: WindowFigures, outages: readonly OutageFigures[]): string {
  const { idle, streaming, bytesBefore, bytesAfter } = windows;
  const updates = median(streaming.map(({ updatesPerSecond }) => updatesPerSecond));
  return [
    line(['chat', 'nothing answered', `${ASKERS} answers`, 'ratio, median of windows', 'least and most']),
    line(['---', '---', '---', '---', '---']),
    ...compared(windows).map((row) =>
      line([
        `${NAMES[row.transport]}, ${row.measure}, ${row.part}`,
        ms(row.idle),
        ms(row.streaming),
        median(row.ratios).toFixed(2),
        `${at(row.ratios, 0).toFixed(2)} to ${at(row.ratios, row.ratios.length - 1).toFixed(2)}`,
      ]),
    ),
    line(["the server's core", percent(cpuOf(idle)), percent(cpuOf(streaming)), '', '']),
    '',
    `${Math.round(updates).toLocaleString('en-US')} updates a second to askers and watchers; resident ${mib(bytesBefore)} before the first question, ${mib(bytesAfter)} at the end.`,
    '',
    line([
      'a provider that',
      'told to its asker, of each question',
      'core, until given up',
      'core, asking then',
      'core, as many other messages',
    ]),
    line(['---', '---', '---', '---', '---']),
    ...outages.map(({ mode, linesPerQuestion, cpuGivingUp, cpuAsking, cpuTalking }) =>
      line([
        OUTAGES[mode],
        linesPerQuestion.toFixed(3),
        percent(cpuGivingUp),
        percent(median(cpuAsking)),
        percent(median(cpuTalking)),
      ]),
    ),
  ].join('\n');
}

/** Medians of the chat are within 10 % of those without answers. */
export const isKept = (windows: WindowFigures): boolean =>
  compared(windows).every(({ part, ratios }) => part !== 'p50' || median(ratios) <= MOST);

function compared({ idle, streaming }: WindowFigures): Compared[] {
  const rows: Compared[] = [];
  for (const transport of CHAT_TRANSPORTS)
    for (const measure of MEASURES)
      for (const part of ['p50', 'p99'] as const) {
        const of = (windows: readonly Window[]) =>
          percentile(
            windows.flatMap(({ times }) => times[transport][measure]),
            PARTS[part],
          );
        const ratios = streaming.map(
          (window, round) => of([window]) / ((of([at(idle, round)]) + of([at(idle, round + 1)])) / 2),
        );
        ratios.sort((a, b) => a - b);
        rows.push({ transport, measure, part, idle: of(idle), streaming: of(streaming), ratios });
      }
  return rows;
}

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const median = (values: readonly number[]): number => percentile(values, 0.5);
const cpuOf = (windows: readonly Window[]): number => median(windows.map(({ cpu }) => cpu));
const ms = (value: number): string => `${value.toFixed(2)} ms`;
const percent = (part: number): string => `${(part * 100).toFixed(1)} %`;
const mib = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(0)} MiB`;
