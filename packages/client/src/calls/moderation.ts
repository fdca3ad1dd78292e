/** What those who keep order in a room do. */
import type { RoomRole } from '@sotto/model';
import type { FrameFields } from '@sotto/protocol';
import { fromRole, toDate, toDateOrNothing } from '../describe/values.ts';
import { userReference } from '../references.ts';
import type * as sdk from '../types.ts';
import { readAudit } from './audit.ts';
import { ask, type CallContext, tell } from './context.ts';

type Change = NonNullable<FrameFields<'changeMember'>['change']>;

export class ModerationCalls implements sdk.Moderation {
  readonly #context: CallContext;

  constructor(context: CallContext) {
    this.#context = context;
  }

  kick(room: sdk.RoomName, user: sdk.Recipient, reason = ''): Promise<void> {
    return this.#change(room, user, { case: 'kick', value: { reason } });
  }

  ban(room: sdk.RoomName, user: sdk.Recipient, options: sdk.SanctionOptions = {}): Promise<void> {
    return this.#change(room, user, { case: 'ban', value: sanction(options) });
  }

  unban(room: sdk.RoomName, user: sdk.Recipient): Promise<void> {
    return this.#change(room, user, { case: 'unban', value: {} });
  }

  mute(room: sdk.RoomName, user: sdk.Recipient, options: sdk.SanctionOptions = {}): Promise<void> {
    return this.#change(room, user, { case: 'mute', value: sanction(options) });
  }

  unmute(room: sdk.RoomName, user: sdk.Recipient): Promise<void> {
    return this.#change(room, user, { case: 'unmute', value: {} });
  }

  setRole(room: sdk.RoomName, user: sdk.Recipient, role: RoomRole): Promise<void> {
    return this.#change(room, user, { case: 'role', value: fromRole(role) });
  }

  async sanctions(name: sdk.RoomName): Promise<readonly sdk.Sanction[]> {
    const { names, people } = this.#context;
    const { sanctions } = await ask(this.#context, 'listSanctions', { room: names.reference(name) });
    await people.ensure(sanctions.map(({ by }) => by));
    return sanctions.flatMap(({ user, banned, muted, untilMs, reason, by, timeMs }) => {
      if (user === undefined) return [];
      const until = toDateOrNothing(untilMs);
      const at = toDate(timeMs);
      return [{ person: people.learn(user), banned, muted, until, reason, by: people.named(by), at }];
    });
  }

  audit(room: sdk.RoomName, options?: sdk.AuditOptions): Promise<sdk.AuditPage> {
    return readAudit(this.#context, this.#context.names.reference(room), options);
  }

  async #change(room: sdk.RoomName, user: sdk.Recipient, change: Change): Promise<void> {
    const reference = this.#context.names.reference(room);
    await tell(this.#context, 'changeMember', { room: reference, user: userReference(user), change });
  }
}

const sanction = ({ reason = '', until }: sdk.SanctionOptions) => ({
  reason,
  untilMs: until?.getTime() ?? 0,
});
