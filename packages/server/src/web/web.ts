/** The graphical client over HTTPS: its files, and the headers of every answer on that port [WEB-*]. */
import type { Log } from '../logging.ts';
import { alreadyHas, takesGzip } from './conditions.ts';
import { REPORTS_PATH, safetyHeaders } from './headers.ts';
import { Reports } from './reports.ts';
import type { OpenSite, Site, SiteFile } from './site.ts';

const FOREVER = 'public, max-age=31536000, immutable';
/** After the files could not be had, until they are tried again. */
const HOLD_OFF_MS = 10_000;
/** What a slow and busy machine may take to build them, and more. */
const BUILD_SECONDS = 120;

export interface WebOptions {
  /** Undefined for a server without a graphical client. */
  openSite: OpenSite | undefined;
  cache: string;
  insistOnTls: boolean;
  now: () => number;
  log: Log;
}

export class Web {
  readonly #options: WebOptions;
  readonly #stopping = new AbortController();
  readonly #reports: Reports;
  #site: Promise<Site | undefined> | undefined;
  #isThere = false;
  #triedMs = Number.NEGATIVE_INFINITY;

  constructor(options: WebOptions) {
    this.#options = options;
    this.#reports = new Reports(options);
  }

  /** Gets the files, if that is not under way already; requests that come meanwhile wait for them. */
  start(): void {
    void this.#files();
  }

  /** What every answer on the port carries unless it is stricter already, by the Host header of the request. */
  readonly headers = (host: string | null): Record<string, string> =>
    safetyHeaders({ host, insistOnTls: this.#options.insistOnTls });

  /** `patience`: says for how many seconds the connection of the request may be silent. */
  async fetch(request: Request, patience: (seconds: number) => void): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === REPORTS_PATH) return this.#reports.take(request);
    if (!this.#isThere) patience(BUILD_SECONDS);
    const site = await this.#files();
    if (site === undefined) return refusal(this.#options.openSite === undefined ? 404 : 503);
    const file = site.files.get(pathname);
    if (file === undefined) return refusal(404);
    if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405, { Allow: 'GET, HEAD' });
    return answerWith(file, request);
  }

  stop(): void {
    this.#stopping.abort(new Error('the server stops'));
  }

  #files(): Promise<Site | undefined> {
    const { openSite, cache, now, log } = this.#options;
    if (this.#site !== undefined) return this.#site;
    if (openSite === undefined || now() - this.#triedMs < HOLD_OFF_MS) return Promise.resolve(undefined);
    this.#triedMs = now();
    const opened = (site: Site) => {
      this.#isThere = true;
      return site;
    };
    const failed = (error: unknown) => {
      this.#site = undefined;
      if (!this.#stopping.signal.aborted)
        log.error({ err: error instanceof Error ? error : new Error(String(error)) }, 'no graphical client');
      return undefined;
    };
    this.#site = openSite({ cache, signal: this.#stopping.signal }).then(opened, failed);
    return this.#site;
  }
}

function answerWith({ type, body, gzip, digest, immutable }: SiteFile, request: Request): Response {
  const packed = gzip !== undefined && takesGzip(request.headers.get('accept-encoding'));
  // Entity tags name bytes, and packed ones are others (RFC 9110, section 8.8.3.3).
  const tag = `"${digest}${packed ? '-gzip' : ''}"`;
  const headers = new Headers({
    ETag: tag,
    'Cache-Control': immutable ? FOREVER : 'no-cache',
    Vary: 'Accept-Encoding',
  });
  if (alreadyHas(request.headers.get('if-none-match'), tag))
    return new Response(null, { status: 304, headers });
  const bytes = packed ? gzip : body;
  headers.set('Content-Type', type);
  headers.set('Content-Length', `${bytes.length}`);
  if (packed) headers.set('Content-Encoding', 'gzip');
  return new Response(request.method === 'HEAD' ? null : bytes, { headers });
}

const refusal = (status: 404 | 405 | 503, headers: Record<string, string> = {}): Response =>
  new Response(`${status}\n`, {
    status,
    headers: { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store', ...headers },
  });
