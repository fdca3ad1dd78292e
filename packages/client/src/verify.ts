/** A trust policy as a transport applies it (T18) [TRUST-1]. */

import { formatFingerprint } from '@sotto/protocol';
import type { VerifyCertificate } from '@sotto/transport';
import { ServerNotTrusted } from './errors.ts';
import { ServerIdentityChanged, type TrustPolicy } from './trust.ts';

type FirstUse = Extract<TrustPolicy, { kind: 'firstUse' }>;
type Certificate = Parameters<VerifyCertificate>[0];

/** `server` is the one name under which this server is known, whatever the transport: "host:port". */
export function verifier(policy: TrustPolicy, server: string): VerifyCertificate {
  switch (policy.kind) {
    case 'pin':
      return ({ sha256 }) => {
        if (!same(sha256, policy.sha256)) throw changed(server, policy.sha256, sha256);
      };
    case 'authority':
      return ({ sha256, authorized, problem }) => {
        if (!authorized) throw new ServerNotTrusted(server, formatFingerprint(sha256), problem);
      };
    case 'firstUse':
      return firstUse(policy, server);
  }
}

/**
 * What an authority vouched for is remembered too, so that a server which had a proper certificate and now shows a
 * homemade one counts as changed, not as new [TRUST-3]. A question that is being asked is not asked twice: transports
 * are tried side by side, and a connection may not wait as long as a person thinks.
 */
function firstUse({ known, confirm }: FirstUse, server: string): VerifyCertificate {
  const questions = new Map<string, Promise<boolean>>();
  return async ({ sha256, authorized, problem }: Certificate) => {
    const certificate = sha256.slice();
    const expected = await known.get(server);
    if (expected !== undefined && same(expected, certificate)) return;
    if (authorized) return known.set(server, certificate);
    if (expected !== undefined) throw changed(server, expected, certificate);
    const fingerprint = formatFingerprint(certificate);
    const question = questions.get(fingerprint) ?? confirm(server, fingerprint);
    questions.set(fingerprint, question);
    if (!(await question)) throw new ServerNotTrusted(server, fingerprint, problem || 'declined');
    await known.set(server, certificate);
  };
}

const changed = (server: string, expected: Uint8Array, seen: Uint8Array) =>
  new ServerIdentityChanged(server, formatFingerprint(expected), formatFingerprint(seen));

const same = (a: Uint8Array, b: Uint8Array) =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);
