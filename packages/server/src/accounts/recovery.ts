/** A new password for who has lost theirs, by a code that an administrator of the machine gives out (A5) [RECOVERY-1] to [RECOVERY-3]. */
import type { UserNumber } from '@sotto/model';
import type { Clock, Random } from '@sotto/protocol';
import type { Act } from './act.ts';
import { codeHash, makeCode } from './codes.ts';
import type { SecurityStore } from './security-store.ts';

export interface RecoveryTerms {
  lifetimeMs: number;
  keepSecondFactor: boolean;
}

/** The code, which is shown once: only its hash is stored. An earlier one of the account is void. */
export async function createRecovery(
  { store, clock, random }: { store: SecurityStore; clock: Clock; random: Random },
  user: UserNumber,
  { lifetimeMs, keepSecondFactor }: RecoveryTerms,
  by: Act['by'],
): Promise<string> {
  const code = makeCode(random);
  const nowMs = clock.now();
  const expiresMs = nowMs + lifetimeMs;
  await store.createRecovery({ user, codeHash: codeHash(code), expiresMs, keepSecondFactor }, { by, nowMs });
  return code;
}
