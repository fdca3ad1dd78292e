/** Files for browsers: a way to fetch one over HTTPS without a session, once and soon [LINK-*]. */
import { FILE_CHUNK_BYTES, FILE_LINK_LIFETIME_MS, type RoomNumber, type UserNumber } from '@sotto/model';
import { type Clock, type FrameFields, type Random, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Asker } from '../rooms/directory.ts';
import type { TransferBudget } from './budget.ts';
import { contentDisposition, mediaTypeFor } from './disposition.ts';
import type { Downloads, FileSource } from './downloads.ts';

/** Says how long the connection of a request may be silent from now on; what waits for it longer is cancelled. */
export type Patience = (seconds: number) => void;

const PATH = '/files/';
/** Between two chunks that the reader takes [LINK-3]. */
const PATIENCE_SECONDS = 60;
const TOKEN_BYTES = 32;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;
/** Links that nobody has used yet. */
const LINKS_OF_ACCOUNT_MAX = 32;
const LINKS_MAX = 10_000;

export interface FileLinksOptions {
  downloads: Downloads;
  budget: TransferBudget;
  /** As the account is now; undefined where it may do nothing any more. */
  asker: (user: UserNumber) => Promise<Asker | undefined>;
  clock: Clock;
  random: Random;
  onFailure: (failure: unknown) => void;
}

interface Link {
  user: UserNumber;
  room: RoomNumber;
  sequence: number;
  expiresMs: number;
}

export class FileLinks {
  readonly #options: FileLinksOptions;
  /** By token, the oldest first. */
  readonly #links = new Map<string, Link>();

  constructor(options: FileLinksOptions) {
    this.#options = options;
  }

  /** Throws SottoError where the asker may not fetch it. */
  async create(asker: Asker, room: RoomNumber, sequence: number): Promise<FrameFields<'fileLink'>> {
    const { downloads, clock, random } = this.#options;
    await downloads.find(asker, room, sequence);
    this.#expire();
    const own = [...this.#links.values()].filter(({ user }) => user === asker.number).length;
    if (own >= LINKS_OF_ACCOUNT_MAX || this.#links.size >= LINKS_MAX)
      throw new SottoError(ErrorCode.RATE_LIMITED, 'links not used yet', FILE_LINK_LIFETIME_MS);
    const token = Buffer.from(random.bytes(TOKEN_BYTES)).toString('base64url');
    const expiresMs = clock.now() + FILE_LINK_LIFETIME_MS;
    this.#links.set(token, { user: asker.number, room, sequence, expiresMs });
    return { path: PATH + token, expiresMs };
  }

  /** Undefined where it asks for something else. */
  async fetch(request: Request, patience: Patience): Promise<Response | undefined> {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith(PATH)) return undefined;
    if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405, { Allow: 'GET, HEAD' });
    this.#expire();
    const token = pathname.slice(PATH.length);
    const link = TOKEN.test(token) ? this.#links.get(token) : undefined;
    if (link === undefined) return refusal(404);
    // Before anything is waited for: two that come at once do not both get it [LINK-2].
    if (request.method === 'GET') this.#links.delete(token);
    try {
      return await this.#answer(link, request.method === 'HEAD', patience);
    } catch (error) {
      if (!(error instanceof SottoError)) this.#options.onFailure(error);
      return refusal(error instanceof SottoError ? 404 : 500);
    }
  }

  stop(): void {
    this.#links.clear();
  }

  /** Whoever made the link may still fetch the file. */
  async #answer({ user, room, sequence }: Link, isHead: boolean, patience: Patience): Promise<Response> {
    const asker = await this.#options.asker(user);
    if (asker === undefined) return refusal(404);
    const source = await this.#options.downloads.find(asker, room, sequence);
    const headers = {
      ...SAFETY,
      'Content-Type': mediaTypeFor(source.mediaType),
      'Content-Disposition': contentDisposition(source.name),
      'Content-Length': `${source.sizeBytes}`,
    };
    if (isHead) return new Response(null, { headers });
    return new Response(await this.#stream(user, source, patience), { headers });
  }

  async #stream(
    user: UserNumber,
    source: FileSource,
    patience: Patience,
  ): Promise<ReadableStream<Uint8Array>> {
    const leave = this.#options.budget.join(user, { lend: () => {} });
    const reader = await source.open(0).catch((error) => {
      leave();
      throw error;
    });
    const end = async () => {
      leave();
      await reader.close();
    };
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
      patience(PATIENCE_SECONDS);
      const chunk = await reader.next(FILE_CHUNK_BYTES).catch(async (error) => {
        await end();
        throw error;
      });
      if (chunk.length > 0) return controller.enqueue(chunk.slice());
      await end();
      controller.close();
    };
    return new ReadableStream<Uint8Array>({ pull, cancel: end }, { highWaterMark: 0 });
  }

  #expire(): void {
    const nowMs = this.#options.clock.now();
    for (const [token, { expiresMs }] of this.#links) {
      if (expiresMs > nowMs) return;
      this.#links.delete(token);
    }
  }
}

/** Nothing of it runs, is guessed at, is kept by caches, or tells other sites where it came from [LINK-4]. */
const SAFETY = {
  'Content-Security-Policy': "sandbox; default-src 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

const refusal = (status: 404 | 405 | 500, headers: Record<string, string> = {}): Response =>
  new Response(`${status}\n`, { status, headers: { ...SAFETY, ...headers, 'Content-Type': 'text/plain' } });
