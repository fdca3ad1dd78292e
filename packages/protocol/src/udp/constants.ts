/** Values that docs/spec/udp.md or an RFC fixes: changing one changes the protocol. Tuning stands apart, in `tuning.ts`. */

/** "SOT" and the number of the version [ADMIT-5]. */
export const UDP_VERSION_1 = 0x534f5401;
/** Best first. */
export const UDP_VERSIONS: readonly number[] = [UDP_VERSION_1];
/** Stands where the version would be in a *versions* packet. */
export const VERSIONS_PACKET = 0;

/** Longest datagram [PACKET-1]; the client's first packets, and challenges, are padded to it. */
export const DATAGRAM_MAX_BYTES = 1_200;
export const CONNECTION_ID_BYTES = 8;
/** AES-GCM. */
export const TAG_BYTES = 16;
export const SHORT_HEADER_BYTES = 1 + CONNECTION_ID_BYTES;
/** Flags, version, two connection IDs; the length of the token follows. */
export const LONG_HEADER_BYTES = 1 + 4 + 2 * CONNECTION_ID_BYTES;

/** [ADMIT-2] */
export const RETRY_TOKEN_BYTES = 1 + 6 + 16;
export const TOKEN_LIFETIME_MS = 15_000;
export const TOKEN_KEY_LIFETIME_MS = 30_000;
/** [ADMIT-3] Of SHA-256("sotto/udp/1 retry"), the first 16 bytes are the key and the 12 after them the nonce: anybody knows them. */
export const RETRY_SEED = 'sotto/udp/1 retry';
/** [SHAKE-1] Salt of the handshake keys: SHA-256("sotto/udp/1 handshake"). */
export const HANDSHAKE_SALT_SEED = 'sotto/udp/1 handshake';
/** [ADMIT-4] RFC 9000 section 8.1. */
export const AMPLIFICATION_MAX = 3;
/** [SHAKE-2] */
export const CRYPTO_BUFFER_MAX_BYTES = 64 * 1024;
/** [SHAKE-5] */
export const KEYS_EXPORTER_LABEL = 'EXPORTER-sotto-udp';
export const KEYS_EXPORTED_BYTES = 64;

/** [KEYS-1] */
export const REPLAY_WINDOW_PACKETS = 1_024;
/** [KEYS-2] */
export const KEY_UPDATE_PACKETS = 2 ** 22;
/** [KEYS-3] */
export const SEALED_MAX_PACKETS = 2 ** 23;
export const FORGED_MAX_PACKETS = 2 ** 36;

/** [ACK-1] */
export const ACK_DELAY_MAX_MS = 25;
export const ACK_RANGES_MAX = 32;

/** [CREDIT-3] What a side may send before it is told more. */
export const LANE_CREDIT_BYTES = 256 * 1024;
export const CONNECTION_CREDIT_BYTES = 384 * 1024;
export const LANE_CREDIT_MAX_BYTES = 4 * 1024 * 1024;
export const CONNECTION_CREDIT_MAX_BYTES = 6 * 1024 * 1024;

/** [ROAM-1] */
export const CONNECTION_IDS_MAX = 4;
/** [RESET-1] */
export const RESET_TOKEN_BYTES = 16;
export const RESET_BYTES = 42;
/** [END-2] */
export const CLOSE_REASON_MAX_BYTES = 256;
/** [END-3] Above the session's own limit, so that a path that is dark for a while is the session's affair. */
export const UDP_IDLE_TIMEOUT_MS = 60_000;
