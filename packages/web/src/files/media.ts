/** What of a file can be shown here, and as what. */
import type { FileInfo } from '@sotto/client';

/**
 * `type`: one of ours, never what a sender wrote, for it decides what the browser does with the bytes. HTML, SVG and XML are
 * documents to a browser, which would be of the page's own origin: they are shown as the text that they are.
 */
export type Media =
  | { kind: 'picture' | 'audio' | 'video'; type: string }
  | { kind: 'pdf'; type: typeof PDF_TYPE }
  /** `language`: of the highlighter; empty where it has none. */
  | { kind: 'text'; language: string };

/** What it is said to be. */
export type FileLook = Pick<FileInfo, 'mediaType' | 'name' | 'sizeBytes'>;

const PDF_TYPE = 'application/pdf';

/** Held in memory while it is shown; of a text only the beginning is. */
const SHOWN_MAX_BYTES = 64 * 1024 * 1024;
/** Pictures up to this are shown without being asked for. */
const AT_ONCE_MAX_BYTES = 512 * 1024;

/** What it says it is comes before what it is called, but for code: browsers take ".ts" for a film. */
export function mediaOf({ mediaType, name, sizeBytes }: FileLook): Media | undefined {
  const written = mediaType.toLowerCase().split(';', 1)[0]?.trim() ?? '';
  const ending = /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const type = written === '' || written === UNKNOWN_TYPE ? of(BY_ENDING, ending) : written;
  const media = textOf(written, ending) ?? of(MEDIA, type ?? '');
  return media?.kind === 'text' || sizeBytes <= SHOWN_MAX_BYTES ? media : undefined;
}

export const isShownAtOnce = (media: Media, { sizeBytes }: FileInfo): boolean =>
  media.kind === 'picture' && sizeBytes <= AT_ONCE_MAX_BYTES;

const UNKNOWN_TYPE = 'application/octet-stream';

const MEDIA: Readonly<Record<string, Media>> = {
  ...all('picture', ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/bmp']),
  ...all('audio', [
    'audio/mpeg',
    'audio/ogg',
    'audio/wav',
    'audio/mp4',
    'audio/webm',
    'audio/flac',
    'audio/aac',
  ]),
  ...all('video', ['video/mp4', 'video/webm', 'video/ogg', 'video/quicktime']),
  [PDF_TYPE]: { kind: 'pdf', type: PDF_TYPE },
};

const BY_ENDING: Readonly<Record<string, string>> = {
  ...{ png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp' },
  ...{ avif: 'image/avif', mp3: 'audio/mpeg', ogg: 'audio/ogg', opus: 'audio/ogg', wav: 'audio/wav' },
  ...{ m4a: 'audio/mp4', flac: 'audio/flac', mp4: 'video/mp4', webm: 'video/webm', mov: 'video/quicktime' },
  pdf: PDF_TYPE,
};

/** Endings of texts, with the language that colours them. */
const LANGUAGES: Readonly<Record<string, string>> = {
  ...{ ts: 'typescript', tsx: 'typescript', js: 'typescript', jsx: 'typescript', mjs: 'typescript' },
  ...{ py: 'python', rs: 'rust', go: 'go', java: 'java', c: 'cpp', h: 'cpp', cpp: 'cpp', hpp: 'cpp' },
  ...{ cs: 'csharp', sh: 'bash', bash: 'bash', sql: 'sql', css: 'css', json: 'json', yaml: 'yaml' },
  ...{ yml: 'yaml', toml: 'ini', ini: 'ini', md: 'markdown', diff: 'diff', patch: 'diff' },
  ...{ html: 'xml', htm: 'xml', xml: 'xml', svg: 'xml', xhtml: 'xml' },
  ...{ txt: '', log: '', csv: '', conf: '' },
};
/** Texts that are not called so, or that a language colours. */
const TEXT_TYPES: Readonly<Record<string, string>> = {
  ...{ 'application/json': 'json', 'application/yaml': 'yaml', 'application/toml': 'ini' },
  ...{ 'application/xml': 'xml', 'application/xhtml+xml': 'xml', 'image/svg+xml': 'xml', 'text/html': 'xml' },
  ...{ 'text/markdown': 'markdown', 'text/css': 'css', 'text/javascript': 'typescript' },
  ...{ 'application/javascript': 'typescript', 'application/sql': 'sql', 'application/x-sh': 'bash' },
};

function textOf(type: string, ending: string): Media | undefined {
  const language = of(LANGUAGES, ending);
  const isSaid = type.startsWith('text/') || of(TEXT_TYPES, type) !== undefined;
  const isOther = of(MEDIA, type) !== undefined;
  if (isSaid) return { kind: 'text', language: language ?? of(TEXT_TYPES, type) ?? '' };
  return language === undefined || isOther ? undefined : { kind: 'text', language };
}

function all(kind: 'picture' | 'audio' | 'video', types: readonly string[]): Record<string, Media> {
  return Object.fromEntries(types.map((type) => [type, { kind, type }]));
}

/** What senders write may be the name of something that every object has. */
const of = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;
