/**
 * What browsers tell of things that the policy of the page forbade [WEB-5]. Anybody can send such reports, so only some
 * a minute are written down, shortened, and never with what a page or a message said.
 */
import type { Log } from '../logging.ts';

const REPORT_MAX_BYTES = 8 * 1024;
const WINDOW_MS = 60_000;
const REPORTS_IN_WINDOW = 20;
const FIELD_MAX = 120;

export interface ReportsOptions {
  now: () => number;
  log: Log;
}

export class Reports {
  readonly #options: ReportsOptions;
  #windowEndsMs = 0;
  #written = 0;
  #leftOut = 0;

  constructor(options: ReportsOptions) {
    this.#options = options;
  }

  async take(request: Request): Promise<Response> {
    if (request.method !== 'POST') return new Response('405\n', { status: 405, headers: { Allow: 'POST' } });
    if (!this.#mayWrite()) return new Response('429\n', { status: 429 });
    if (Number(request.headers.get('content-length') ?? 0) > REPORT_MAX_BYTES)
      return new Response('413\n', { status: 413 });
    const fields = fieldsOf(await request.text().catch(() => ''));
    if (fields === undefined) return new Response('400\n', { status: 400 });
    this.#options.log.warn(fields, 'a browser refused what the policy of the page forbids');
    return new Response(null, { status: 204 });
  }

  #mayWrite(): boolean {
    const { now, log } = this.#options;
    const nowMs = now();
    if (nowMs >= this.#windowEndsMs) {
      if (this.#leftOut > 0) log.warn({ reports: this.#leftOut }, 'more reports than are written down');
      this.#windowEndsMs = nowMs + WINDOW_MS;
      this.#written = 0;
      this.#leftOut = 0;
    }
    if (this.#written >= REPORTS_IN_WINDOW) {
      this.#leftOut += 1;
      return false;
    }
    this.#written += 1;
    return true;
  }
}

/** Undefined where it is no report of a violation. */
function fieldsOf(text: string) {
  if (text.length > REPORT_MAX_BYTES) return undefined;
  const report = reportIn(text);
  if (report === undefined) return undefined;
  const line = report['line-number'];
  return {
    directive: short(report['effective-directive'] ?? report['violated-directive']),
    blocked: place(report['blocked-uri']),
    source: place(report['source-file']),
    line: typeof line === 'number' ? line : undefined,
  };
}

function reportIn(text: string): Record<string, unknown> | undefined {
  try {
    const report = (JSON.parse(text) as Record<string, unknown> | null)?.['csp-report'];
    return typeof report === 'object' && report !== null ? (report as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const short = (value: unknown): string => (typeof value === 'string' ? value.slice(0, FIELD_MAX) : '');

/** Scheme, host and path: no query or fragment, which could hold something private. Words like `inline` stay. */
function place(value: unknown): string {
  return short(short(value).replace(/[?#].*$/s, ''));
}
