/** What browsers are told with every answer on the port of HTTPS [WEB-1] [WEB-2]. */

export const REPORTS_PATH = '/csp';

export interface HeaderOptions {
  /** `host:port` as the browser knows this server, which its Host header says. */
  readonly host: string | null;
  /** Browsers shall insist on TLS from now on: only where an authority vouches for the certificate [WEB-3]. */
  readonly insistOnTls: boolean;
  /** `ws` where the page is not behind TLS: on loopback. */
  readonly socket?: 'ws' | 'wss';
}

/** A name or an address with a port; nothing that could add to a policy. */
const HOST = /^(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;
const INSIST_SECONDS = 365 * 24 * 60 * 60;

export function safetyHeaders({ host, insistOnTls, socket }: HeaderOptions): Record<string, string> {
  return {
    'Content-Security-Policy': contentPolicy(host, socket),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': UNUSED.map((feature) => `${feature}=()`).join(', '),
    'X-Frame-Options': 'DENY',
    ...(insistOnTls ? { 'Strict-Transport-Security': `max-age=${INSIST_SECONDS}` } : {}),
  };
}

/**
 * Only files of this server run, are shown or are talked to. WebAssembly is OPAQUE; blobs are files that people sent
 * and their previews. Older browsers do not count a WebSocket to the same host as 'self', so it is written out.
 */
export function contentPolicy(host: string | null, socket: 'ws' | 'wss' = 'wss'): string {
  const endpoint = host !== null && HOST.test(host) ? ` ${socket}://${host}` : '';
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "font-src 'self'",
    `connect-src 'self'${endpoint}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    'frame-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types sotto',
    `report-uri ${REPORTS_PATH}`,
  ].join('; ');
}

const UNUSED = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'serial',
  'usb',
  'xr-spatial-tracking',
] as const;
