/**
 * Counts the bytes of files that a process hands to its transports, in a file that is shared with it, so that nothing is
 * forgotten when it is killed. The real command is told by its environment to load this before itself.
 */
import { readFileSync } from 'node:fs';
import { OutgoingTransfer } from '@sotto/protocol';

const VARIABLE = 'SOTTO_TEST_PIECES';
const COUNTER_BYTES = Float64Array.BYTES_PER_ELEMENT;

export const makeCounter = (path: string): Promise<number> => Bun.write(path, new Uint8Array(COUNTER_BYTES));

export const readCounter = (path: string): number => readFileSync(path).readDoubleLE();

/** What goes before a command whose bytes are to be counted. */
export const counting = (path: string): string[] => [
  'env',
  `${VARIABLE}=${path}`,
  `BUN_OPTIONS=--preload=${import.meta.path}`,
];

export function countPieces(path: string): void {
  const counter = new Float64Array(Bun.mmap(path, { shared: true }).buffer);
  const { take } = OutgoingTransfer.prototype;
  OutgoingTransfer.prototype.take = function (this: OutgoingTransfer, nowMs: number) {
    const piece = take.call(this, nowMs);
    counter[0] = (counter[0] ?? 0) + (piece?.data?.length ?? 0);
    return piece;
  };
}

const asked = process.env[VARIABLE];
if (asked !== undefined) countPieces(asked);
