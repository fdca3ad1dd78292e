/** Values that docs/spec fixes: changing one changes the protocol. */

/** Every version this build speaks; the highest common one is used [VERSION-1]. */
export const PROTOCOL_VERSIONS: readonly number[] = [1];
/** The version byte of Hello, Welcome, and of errors before a version is agreed [FRAME-2]. */
export const UNNEGOTIATED_VERSION = 0;
/** ALPN protocol name on TLS [TLS-2]. */
export const ALPN = 'sotto/1';
/** Path of the WebSocket endpoint [WS-1]. */
export const WEBSOCKET_PATH = '/sotto/v1';
/** TLS exporter label (RFC 9266) [BIND-1]. */
export const EXPORTER_LABEL = 'EXPORTER-Channel-Binding';
export const EXPORTER_BYTES = 32;

/** Longest body of a frame [FRAME-4]. */
export const BODY_MAX_BYTES = 128 * 1024;
/** Longest body before login [FRAME-5]. */
export const BODY_MAX_BYTES_BEFORE_LOGIN = 4 * 1024;

/** A side that has sent nothing for this long sends a Ping [KEEP-1]. */
export const KEEP_ALIVE_MS = 15_000;
/** A peer not heard for this long is gone [KEEP-2]. */
export const IDLE_TIMEOUT_MS = 40_000;
/** A connection that has not negotiated by then is closed [VERSION-4]. */
export const NEGOTIATION_TIMEOUT_MS = 10_000;
/** An attempt to log in may take this long [LOGIN-2]. */
export const LOGIN_TIMEOUT_MS = 60_000;
/** Attempts to log in on one connection [LOGIN-1]. */
export const LOGIN_ATTEMPTS_MAX = 3;
/** How the client stretches passwords: Argon2id with 64 MiB, 3 passes, 4 lanes (RFC 9106 section 4) [LOGIN-3]. */
export const OPAQUE_KEY_STRETCHING = 'memory-constrained';
/** Requests of one connection that may wait for an answer [REQUEST-3]. */
export const OUTSTANDING_REQUESTS_MAX = 4_096;

export const DEFAULT_PORTS = { tls: 5000, udp: 20001, quic: 4433, websocket: 8443 } as const;
