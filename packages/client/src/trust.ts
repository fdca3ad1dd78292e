/** How a client decides that it talks to the right server (T18). */
export type TrustPolicy =
  /** Only this certificate. */
  | { kind: 'pin'; sha256: Uint8Array }
  /** A certificate authority of the machine, or of these PEM certificates, vouches for the host name. */
  | { kind: 'authority'; certificates?: string }
  /**
   * Authority where it vouches; else the certificate seen first for this host and port is kept in `known`. A new server
   * asks `confirm`; a changed one is always refused with ServerIdentityChanged.
   */
  | {
      kind: 'firstUse';
      known: KnownServers;
      confirm: (server: string, fingerprint: string) => Promise<boolean>;
    };

/** Identities seen before, by "host:port". */
export interface KnownServers {
  get(server: string): Promise<Uint8Array | undefined>;
  set(server: string, sha256: Uint8Array): Promise<void>;
}

/** The server shows another certificate than before. Nothing was sent. */
export class ServerIdentityChanged extends Error {
  override readonly name = 'ServerIdentityChanged';
  readonly server: string;
  readonly expected: string;
  readonly seen: string;

  constructor(server: string, expected: string, seen: string) {
    super(`the identity of ${server} has changed: expected ${expected}, saw ${seen}`);
    this.server = server;
    this.expected = expected;
    this.seen = seen;
  }
}
