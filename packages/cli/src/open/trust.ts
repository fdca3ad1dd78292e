/** Whom the relay trusts, for its page: the page shows fingerprints, and a person decides (T18) [RELAY-5]. */
import {
  type KnownServers,
  parseFingerprint,
  ServerIdentityChanged,
  ServerNotTrusted,
  type TrustPolicy,
  verifier,
} from '@sotto/client';
import type { VerifyCertificate } from '@sotto/transport';
import type { TrustProblem } from '@sotto/transport/relay';

export class WindowTrust {
  readonly verify: VerifyCertificate;
  readonly #policy: TrustPolicy;
  readonly #known: KnownServers;
  readonly #server: string;
  readonly #shown = new Set<string>();

  constructor(policy: TrustPolicy, known: KnownServers, server: string) {
    this.#policy = policy;
    this.#known = known;
    this.#server = server;
    this.verify = verifier(policy, server);
  }

  /** What of a failed dial is to be shown; from then on it may be accepted. */
  readonly problem = (error: unknown): TrustProblem | undefined => {
    const cause = error instanceof Error ? error.cause : undefined;
    const found = problemIn(cause);
    if (found !== undefined) this.#shown.add(found.seen);
    return found;
  };

  /** False for a fingerprint that was not shown, and where one was pinned. */
  async accept(fingerprint: string): Promise<boolean> {
    const sha256 = parseFingerprint(fingerprint);
    if (this.#policy.kind !== 'firstUse' || sha256 === undefined || !this.#shown.has(fingerprint))
      return false;
    await this.#known.set(this.#server, sha256);
    return true;
  }
}

function problemIn(error: unknown): TrustProblem | undefined {
  if (error instanceof ServerNotTrusted)
    return { kind: 'new', server: error.server, seen: error.fingerprint };
  if (error instanceof ServerIdentityChanged)
    return { kind: 'changed', server: error.server, seen: error.seen, expected: error.expected };
  return undefined;
}
