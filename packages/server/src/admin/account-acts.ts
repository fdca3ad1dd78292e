import { REASON_MAX_CHARACTERS, readLine, SERVER_SENDER } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { needPerson } from '../accounts/administration.ts';
import { deletionOf, ownerStays } from '../accounts/deletion.ts';
import { createRecovery } from '../accounts/recovery.ts';
import type { UserRecord } from '../accounts/store.ts';
import { createToken } from '../accounts/tokens.ts';
import type { AccountActs, AdminWorld } from './admin.ts';

export function accountActs({ accounts, rooms, clock, random }: AdminWorld): AccountActs {
  const parts = { store: accounts, clock, random };
  const act = () => ({ by: SERVER_SENDER, nowMs: clock.now() });
  const note = (target: UserRecord, action: string, detail = '') =>
    rooms.recordAudit({
      timeMs: clock.now(),
      actor: SERVER_SENDER,
      target: target.number,
      room: undefined,
      action,
      detail,
    });
  return {
    hasSecondFactor: async ({ number }) => ((await accounts.secondFactor(number))?.confirmedMs ?? 0) > 0,

    async recover(user, terms) {
      needPerson(user);
      return createRecovery(parts, user.number, terms, SERVER_SENDER);
    },

    async suspend(user, written) {
      if (user.owner) throw new SottoError(ErrorCode.PERMISSION_DENIED, "the server's owner");
      const reading = readLine(written, { maxCharacters: REASON_MAX_CHARACTERS, lines: 'one' });
      if (reading.kind === 'invalid')
        throw new SottoError(ErrorCode.ARGUMENT_INVALID, `reason: ${reading.reason}`);
      await accounts.suspend(user.number, reading.text, act());
    },

    restore: ({ number }) => accounts.restore(number, act()),
    async setAdministrator(user, on) {
      if (on) needPerson(user);
      await accounts.setAdministrator(user.number, on, act());
    },

    async setOwner(user) {
      needPerson(user);
      if (user.suspendedMs > 0) throw new SottoError(ErrorCode.SUSPENDED, user.name);
      await accounts.setOwner(user.number, act());
    },

    async token(user, terms) {
      needPerson(user);
      const { token, info } = await createToken(parts, user.number, terms);
      await note(user, 'createToken', info.scopes.join(' '));
      return token;
    },

    async resetSecondFactor(user) {
      return accounts.dropSecondFactor(user.number, act());
    },

    async deleteAccount(user, policy) {
      if (user.owner || !(await accounts.deleteAccount(deletionOf(user, policy, act())))) throw ownerStays();
    },
  };
}
