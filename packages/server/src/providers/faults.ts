/**
 * What went wrong, and what to do about it. Nothing that a provider wrote is repeated: it may hold text of the prompt, or the
 * key.
 */
import { ProviderError, type ProviderFault } from '../assistants/provider.ts';
import type { ProviderKind } from '../assistants/store.ts';

export interface Asked {
  kind: ProviderKind;
  /** Of the URL, with the port. */
  host: string;
  model: string;
}

/** Retry-After later than this is as good as none. */
const RETRY_AFTER_MAX_MS = 24 * 60 * 60 * 1000;

/** By the codes that OpenAI has, and others with it. */
const ADVICE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    context_length_exceeded:
      'the prompt is longer than the model takes; lower SOTTO_AI_CONTEXT or take another model',
    insufficient_quota: 'the account there has no credit left; see its billing page',
    billing_hard_limit_reached: 'the account there reached its limit; see its billing page',
  }),
);

/** `body`: what came with the status, as far as it was read. */
export function statusFault(
  status: number,
  headers: Headers,
  body: string,
  asked: Asked,
  nowMs: number,
): ProviderError {
  const { host } = asked;
  const advice = ADVICE.get(codeOf(body));
  const said = `${host} answered ${status}`;
  const isTimed = status === 429 || status === 503;
  const retryAfterMs = isTimed ? parseRetryAfter(headers.get('retry-after'), nowMs) : undefined;
  if (advice !== undefined)
    return new ProviderError(faultOfStatus(status), `${said}: ${advice}`, retryAfterMs);
  return new ProviderError(faultOfStatus(status), `${said}: ${meaningOf(status, asked)}`, retryAfterMs);
}

function faultOfStatus(status: number): ProviderFault {
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 429) return 'rateLimited';
  if (status >= 500 && status <= 599) return 'failed';
  return status >= 300 && status <= 499 ? 'refused' : 'malformed';
}

function meaningOf(status: number, { kind, model }: Asked): string {
  if (status >= 300 && status <= 399) return 'a redirect, which is not followed; give the URL it leads to';
  if (status >= 500) return 'it fails or is too busy; see its own log or status page';
  switch (status) {
    case 401:
    case 403:
      return 'it does not take the key; check SOTTO_AI_KEY, or the variable named for this assistant';
    case 402:
      return 'the account there has no credit left; see its billing page';
    case 404:
      return kind === 'ollama'
        ? `the model ${model} is not there, run \`ollama pull ${model}\`; or the URL is not that of Ollama`
        : `the model ${model} is not known there, or the URL is wrong (it mostly ends in /v1)`;
    case 413:
      return 'the prompt is too long for it; lower SOTTO_AI_CONTEXT';
    case 429:
      return 'too many requests, or no credit left';
    default:
      return `it does not take the request; check the model ${model}, and whether SOTTO_AI_CONTEXT is what it can take`;
  }
}

/** `{"error": {"code": ...}}`; Ollama says the same. */
function codeOf(body: string): string {
  try {
    const error: unknown = JSON.parse(body)?.error;
    if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string')
      return error.code;
  } catch {
    // Not JSON: a proxy in between, or an error page.
  }
  return '';
}

/** Seconds, or an HTTP date. */
function parseRetryAfter(text: string | null, nowMs: number): number | undefined {
  if (text === null) return undefined;
  const trimmed = text.trim();
  const ms = /^\d{1,9}(\.\d{1,9})?$/.test(trimmed) ? Number(trimmed) * 1000 : dateMs(trimmed) - nowMs;
  if (!Number.isFinite(ms)) return undefined;
  return Math.min(Math.max(Math.ceil(ms), 0), RETRY_AFTER_MAX_MS);
}

/** Only as HTTP writes dates: Date.parse alone takes much else for one. */
const dateMs = (text: string): number =>
  /^[A-Z][a-z]{2,8}, .* GMT$/.test(text) && text.length < 64 ? Date.parse(text) : Number.NaN;

/** No connection, or it broke. */
export function connectionFault(error: unknown, { kind, host }: Asked): ProviderError {
  if (error instanceof ProviderError) return error;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const start = kind === 'ollama' ? '; does it run (`ollama serve`)?' : '; check its URL';
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return new ProviderError('unreachable', `no connection to ${host} (${code})${start}`);
    case 'ResponseHeadersTooLarge':
      return new ProviderError('malformed', `${host} sent too many headers`);
    default:
      return new ProviderError('unreachable', `the connection to ${host} failed${code && ` (${code})`}`);
  }
}

/** Whatever the SDK throws or reports. */
export function sdkFault(error: unknown, asked: Asked, nowMs: number): ProviderError {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth += 1) {
    if (cause instanceof ProviderError) return cause;
    if (cause.name === 'AI_InvalidResponseDataError')
      return new ProviderError('unreachable', `${asked.host} broke off its answer`);
  }
  if (error instanceof Error && error.name !== 'AI_StreamProviderError')
    return new ProviderError('malformed', `${asked.host} sent what is no answer of this API`);
  return reportedFault(error, asked, nowMs);
}

/** An error within a stream that began well: `{"code": 429, "message": ...}`. */
function reportedFault(error: unknown, asked: Asked, nowMs: number): ProviderError {
  const told = typeof error === 'object' && error !== null ? error : {};
  const code = 'code' in told ? told.code : undefined;
  const status = 'statusCode' in told ? told.statusCode : undefined;
  if (typeof status === 'number' && status >= 400 && status <= 599)
    return statusFault(status, new Headers(), '', asked, nowMs);
  const advice = typeof code === 'string' ? ADVICE.get(code) : undefined;
  return new ProviderError(
    'failed',
    `${asked.host} reported an error${advice === undefined ? '' : `: ${advice}`}`,
  );
}
