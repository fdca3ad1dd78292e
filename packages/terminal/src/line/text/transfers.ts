/** What becomes of files on their way, as lines for people. */
import { NotConnected } from '@sotto/client';
import { formatBytes } from '@sotto/model';
import { sanitizeLine } from '../../sanitize.ts';
import type { Transfer, TransferState } from '../files/transfers.ts';
import type { FilesReply } from '../reply.ts';
import { outcomeLines } from './connection.ts';
import { fileNameLabel } from './files.ts';
import { percentText, progressText } from './progress.ts';
import { errorText, messageLabel, table, timeLabel } from './words.ts';

/** Nothing while it goes on: rows above the prompt show that. */
export function transferLines(transfer: Transfer, state: TransferState): readonly string[] {
  const what = whatText(transfer);
  switch (state.kind) {
    case 'started':
    case 'progress':
      return [];
    case 'resumed':
      return [`* Going on with ${what}, ${percentText(state)}.`];
    // In a room, the message's own line says it.
    case 'sent':
      return state.sent.kind === 'sentDirect' ? outcomeLines(state.sent) : [];
    case 'saved':
      return [`* Saved ${what} (${formatBytes(state.sizeBytes)}): ${sanitizeLine(state.path)}`];
    case 'cancelled':
      return [`* Called off: ${what}.`];
    case 'failed':
      return [`! ${lineText(transfer)}${what}: ${reasonText(state.error)}`];
  }
}

const lineText = ({ line }: Transfer): string => (line === undefined ? '' : `line ${line}: `);

function whatText({ direction, name, where }: Transfer): string {
  return `${fileNameLabel(name)} ${direction === 'send' ? 'to' : 'from'} ${where}`;
}

function reasonText(error: unknown): string {
  return error instanceof NotConnected
    ? 'this needs the server, and you are offline. Try again when you are back.'
    : errorText(error);
}

export function transferRows(transfers: readonly Transfer[]): readonly string[] {
  if (transfers.length === 0) return ['* No file is on its way.'];
  return table(
    transfers.map((transfer) => [`  ${transfer.number}`, whatText(transfer), progressText(transfer)]),
  );
}

export function linkLines(link: Extract<FilesReply, { kind: 'fileLink' }>): readonly string[] {
  const until = `once, until ${timeLabel(link.expiresAt)}`;
  const label = messageLabel(link.room, link.sequence);
  return link.url === undefined
    ? [
        `* Link to the file of ${label}, ${until}, on the server's web address:`,
        `  ${sanitizeLine(link.path)}`,
      ]
    : [`* Link to the file of ${label}, ${until}:`, `  ${sanitizeLine(link.url)}`];
}
