/** Which servers are known, and how a new one becomes known (T18). */
import { join } from 'node:path';
import {
  formatFingerprint,
  type KnownServers,
  parseFingerprint,
  ServerNotTrusted,
  type TrustPolicy,
} from '@sotto/client';
import { defaultHome, FileKnownServers, hello } from '@sotto/client/node';
import type { Questions } from '@sotto/terminal';
import type { Arguments } from './command.ts';
import { readPin, type Target } from './connection-options.ts';
import { UsageError } from './errors.ts';
import { complain, type System } from './system.ts';

export function knownServers({ environment }: System): KnownServers {
  return new FileKnownServers(join(defaultHome({ ...environment }), 'known-servers'));
}

export interface TrustQuestion {
  args: Arguments;
  target: Target;
  questions: Questions | undefined;
  system: System;
}

/**
 * The policy to connect with. A server that is new here is settled first, on a connection of its own: somebody who
 * compares fingerprints takes longer than a server waits for a login. Whoever may be asked for a name and a password
 * hears before that when the server does not answer, or is another one than before.
 */
export async function settleTrust(question: TrustQuestion): Promise<TrustPolicy> {
  const known = knownServers(question.system);
  const pin = readPin(question.args);
  const policy: TrustPolicy = pin ?? { kind: 'firstUse', known, confirm: async () => false };
  const { name, server, transport } = question.target;
  const settled = pin !== undefined || (await known.get(name)) !== undefined;
  if (settled && question.questions === undefined) return policy;
  try {
    await hello({ server, transport, trust: policy, signal: question.system.leave });
  } catch (error) {
    if (settled || !(error instanceof ServerNotTrusted)) throw error;
    await decide(error, question, known);
  }
  return policy;
}

async function decide(
  refused: ServerNotTrusted,
  question: TrustQuestion,
  known: KnownServers,
): Promise<void> {
  const { args, questions, system } = question;
  const { server, fingerprint } = refused;
  if (args.has('trust-first')) complain(system, [`sotto: ${server} is new here and kept as ${fingerprint}`]);
  else if (questions === undefined)
    throw new UsageError(
      `${server} is new here; compare ${fingerprint} with what its operator says, then give it with --pin, or accept it with --trust-first`,
    );
  else if (!(await accepts(questions, server, fingerprint))) throw refused;
  const sha256 = parseFingerprint(fingerprint);
  if (sha256 !== undefined) await known.set(server, sha256);
}

async function accepts(questions: Questions, server: string, fingerprint: string): Promise<boolean> {
  questions.tell([
    `${server} is new here. Its fingerprint is`,
    '',
    `  ${fingerprint}`,
    '',
    "Compare it with the one that the server printed when it started, or ask the server's operator.",
  ]);
  return /^y(es)?$/i.test((await questions.ask('Trust it from now on? [y/N] ')).trim());
}

export type Standing = 'known' | 'new' | 'changed';

/** How a fingerprint compares with what is kept. */
export function standing(fingerprint: string, kept: Uint8Array | undefined): Standing {
  if (kept === undefined) return 'new';
  return formatFingerprint(kept) === fingerprint ? 'known' : 'changed';
}
