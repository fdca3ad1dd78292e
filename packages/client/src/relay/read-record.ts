/** Records from a page, which may be any JSON: only those of the right shape, without the device's key. */
import { isPageName } from '../stores/page-name.ts';
import { isNetworks, type Record } from '../stores/records.ts';

type Fields = { readonly [key: string]: unknown };

export function readRecord(value: unknown): Record | undefined {
  if (!isFields(value)) return undefined;
  return SHAPES[value.kind as Record['kind']]?.(value) ? (value as unknown as Record) : undefined;
}

const SHAPES: Readonly<{ [Kind in Record['kind']]: (value: Fields) => boolean }> & {
  readonly [kind: string]: ((value: Fields) => boolean) | undefined;
} = Object.assign(Object.create(null), {
  deviceKey: () => false,
  session: ({ session }: Fields) => session === null || (isFields(session) && isSession(session)),
  cursors: ({ log, cursors }: Fields) =>
    typeof log === 'string' && Array.isArray(cursors) && cursors.every(isCursor),
  outbox: ({ entry }: Fields) => isFields(entry) && isEntry(entry),
  sent: ({ clientMessageId }: Fields) => isMessageId(clientMessageId),
  networks: ({ networks }: Fields) => isNetworks(networks),
  kept: ({ log, pages }: Fields) => typeof log === 'string' && Array.isArray(pages) && pages.every(isPage),
});

const isSession = ({ id, token, generation, userName, userNumber, userUuid, owner }: Fields): boolean =>
  [id, userName, userUuid].every((text) => typeof text === 'string') &&
  isBase64Url(token) &&
  isCount(generation) &&
  isCount(userNumber) &&
  typeof owner === 'boolean';

const isCursor = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && isCount(value[0]) && (value[1] === null || isCount(value[1]));

const isPage = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length === 2 &&
  isPageName(value[0]) &&
  (value[1] === null || isBase64Url(value[1]));

function isEntry({ clientMessageId, position, target, text, file, atMs, failed }: Fields): boolean {
  return (
    isMessageId(clientMessageId) &&
    isCount(position) &&
    isFields(target) &&
    isTarget(target) &&
    typeof text === 'string' &&
    (file === undefined ||
      (isFields(file) && isBase64Url(file.content) && typeof file.sha256 === 'string')) &&
    (atMs === undefined || Number.isFinite(atMs)) &&
    (failed === undefined || (isFields(failed) && isCount(failed.code) && typeof failed.detail === 'string'))
  );
}

function isTarget({ kind, room, recipients, strict, replyTo, thread }: Fields): boolean {
  if (kind === 'room')
    return isCount(room) && [replyTo, thread].every((place) => place === undefined || isCount(place));
  const isRecipient = (one: unknown) => typeof one === 'string' || isCount(one);
  return (
    kind === 'direct' &&
    Array.isArray(recipients) &&
    recipients.every(isRecipient) &&
    typeof strict === 'boolean'
  );
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isMessageId = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{32}$/.test(value);
const isBase64Url = (value: unknown): boolean => typeof value === 'string' && /^[A-Za-z0-9_-]*$/.test(value);
