/** A transfer in one row of a terminal, whatever its width. */
import { formatBytes } from '@sotto/model';
import { excerpt } from '../../sanitize.ts';
import type { Transfer } from '../files/transfers.ts';
import { fileNameLabel } from './files.ts';
import { spanText } from './words.ts';

const BAR_CELLS = 20;
const SHORT_BAR_CELLS = 10;
const SHORT_NAME_COLUMNS = 20;
/** More rows would leave no place for the conversation. */
const ROWS_MAX = 5;

/** A row for each, narrower than the terminal; what does not fit goes, the least needed first. */
export function progressRows(transfers: readonly Transfer[], columns: number): readonly string[] {
  const hidden = transfers.length - ROWS_MAX;
  const shown = hidden > 0 ? transfers.slice(0, ROWS_MAX - 1) : transfers;
  const rows = shown.map((transfer) => progressRow(transfer, columns));
  return hidden > 0 ? [...rows, excerpt(`+ ${hidden + 1} more: /transfers`, columns - 1)] : rows;
}

export function progressRow(transfer: Transfer, columns: number): string {
  const { progress } = transfer;
  const head = `${transfer.number} ${transfer.direction === 'send' ? '->' : '<-'}`;
  const name = fileNameLabel(transfer.name);
  const shortName = excerpt(transfer.name, SHORT_NAME_COLUMNS);
  const percent = progress === undefined ? '' : percentText(transfer);
  const { phase, size, speed, left } = wordsOf(transfer);
  const bar = barText(transfer, BAR_CELLS);
  const candidates = [
    [head, name, transfer.where, bar, percent, join(phase, size, speed, left)],
    [head, name, bar, percent, join(phase, size, speed, left)],
    [head, shortName, bar, percent, join(phase, size, speed, left)],
    [head, shortName, barText(transfer, SHORT_BAR_CELLS), percent, join(phase, speed, left)],
    [head, shortName, percent, join(phase, left)],
    [head, shortName, percent || phase],
  ].map((words) => words.filter((word) => word !== '').join(' '));
  const fitting = candidates.find((row) => Bun.stringWidth(row) < columns);
  return fitting ?? excerpt([percent || phase, name].join(' '), Math.max(1, columns - 1));
}

/** `sending, 1.1 MB of 3.2 MB, 512 kB/s, 4 s left`: also what a list says of it. */
export function progressText(transfer: Transfer): string {
  const { phase, size, speed, left } = wordsOf(transfer);
  return join(phase, transfer.progress === undefined ? '' : percentText(transfer), size, speed, left);
}

/** Rounded down: 100 % is when it is there. */
export function percentText({ progress }: Pick<Transfer, 'progress'>): string {
  const { doneBytes = 0, totalBytes = 0 } = progress ?? {};
  return `${Math.floor(100 * fraction(doneBytes, totalBytes))} %`;
}

function wordsOf({ progress, direction }: Transfer) {
  if (progress === undefined) return { phase: 'beginning', size: '', speed: '', left: '' };
  const { doneBytes, totalBytes, bytesPerSecond, remainingMs } = progress;
  const moves = progress.phase === 'moving' || progress.phase === 'hashing';
  return {
    phase: PHASES[progress.phase] ?? (direction === 'send' ? 'sending' : 'fetching'),
    size: `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`,
    speed: moves && bytesPerSecond > 0 ? `${formatBytes(bytesPerSecond)}/s` : '',
    left: moves && remainingMs !== undefined && remainingMs > 0 ? leftText(remainingMs) : '',
  };
}

const leftText = (remainingMs: number): string => `${spanText(Math.ceil(remainingMs / 1_000))} left`;

const PHASES: Readonly<Record<string, string | undefined>> = {
  hashing: 'reading',
  waiting: 'waiting',
  finishing: 'finishing',
};

function barText({ progress }: Transfer, cells: number): string {
  if (progress === undefined) return '';
  const full = Math.floor(cells * fraction(progress.doneBytes, progress.totalBytes));
  return `[${'#'.repeat(full)}${'-'.repeat(cells - full)}]`;
}

const fraction = (done: number, total: number): number =>
  total <= 0 ? 1 : Math.min(1, Math.max(0, done / total));

const join = (...words: readonly string[]): string => words.filter((word) => word !== '').join(', ');
