/** Files that messages offer, as lines for people: what the program says of them stands before the name. */
import type { FileInfo, FilePreview, Message } from '@sotto/client';
import { formatBytes } from '@sotto/model';
import { excerpt } from '../../sanitize.ts';
import { INDENT, messageLabel, spanText } from './words.ts';

const NAME_COLUMNS = 80;
/** What is longer is no type that says anything to a reader. */
const MEDIA_TYPE = /^[a-z0-9]{1,20}\/[a-z0-9.+-]{1,60}$/;
const PREVIEW_LINES_MAX = 5;
const PREVIEW_COLUMNS = 100;

/** As its sender calls it, in one line that is safe to print. */
export const fileNameLabel = (name: string): string => excerpt(name, NAME_COLUMNS);

/**
 * `  = 3.4 MB, application/pdf, /get #room/12: report.pdf`, and the first lines of a text below it. All of it but the size
 * is what the sender claims.
 */
export function fileLines(
  message: Pick<Message, 'room' | 'sequence' | 'mine'>,
  file: FileInfo,
): readonly string[] {
  const facts = [formatBytes(file.sizeBytes), ...typeWords(file.mediaType), ...previewWords(file.preview)];
  const words = [...facts, ...nextWords(message, file)].join(', ');
  const preview = file.answer === 'declined' ? [] : previewLines(file.preview?.text ?? '');
  return [`  = ${words}: ${fileNameLabel(file.name)}`, ...preview];
}

const typeWords = (mediaType: string): readonly string[] => (MEDIA_TYPE.test(mediaType) ? [mediaType] : []);

function previewWords(preview: FilePreview | undefined): readonly string[] {
  const { width = 0, height = 0, durationMs = 0 } = preview ?? {};
  return [
    ...(width > 0 && height > 0 ? [`${width} x ${height}`] : []),
    ...(durationMs > 0 ? [spanText(Math.max(1, Math.round(durationMs / 1_000)))] : []),
  ];
}

/** What may be done about it, or was. */
function nextWords(
  { room, sequence, mine }: Pick<Message, 'room' | 'sequence' | 'mine'>,
  { answer }: FileInfo,
): readonly string[] {
  const label = messageLabel(room, sequence);
  if (answer === 'declined') return ['declined'];
  if (mine) return answer === 'accepted' ? ['accepted'] : [];
  const isOffer = room.kind === 'direct' && answer === undefined;
  return [isOffer ? `/accept ${label} or /decline ${label}` : `/get ${label}`];
}

function previewLines(text: string): readonly string[] {
  const lines = text.trimEnd().split(/\r?\n/);
  if (lines.length === 1 && lines[0] === '') return [];
  const shown = lines.slice(0, PREVIEW_LINES_MAX).map((line) => excerpt(line, PREVIEW_COLUMNS));
  return [...shown, ...(lines.length > PREVIEW_LINES_MAX ? ['…'] : [])].map((line) =>
    `${INDENT}| ${line}`.trimEnd(),
  );
}
