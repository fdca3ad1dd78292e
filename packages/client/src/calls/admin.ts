/** For administrators of the server. */
import type { FrameFields } from '@sotto/protocol';
import { toDate } from '../describe/values.ts';
import { userReference } from '../references.ts';
import type * as sdk from '../types.ts';
import { readAudit } from './audit.ts';
import { ask, type CallContext } from './context.ts';

type Change = NonNullable<FrameFields<'administerUser'>['change']>;

export class AdminCalls implements sdk.Administration {
  readonly #context: CallContext;

  constructor(context: CallContext) {
    this.#context = context;
  }

  suspend(user: sdk.Recipient, reason = ''): Promise<void> {
    return this.#administer(user, { case: 'suspend', value: { reason } });
  }

  restore(user: sdk.Recipient): Promise<void> {
    return this.#administer(user, { case: 'restore', value: {} });
  }

  setAdministrator(user: sdk.Recipient, administrator: boolean): Promise<void> {
    return this.#administer(user, { case: 'administrator', value: administrator });
  }

  async limited(): Promise<readonly sdk.Limited[]> {
    const { limited } = await ask(this.#context, 'readLimited', {});
    return limited.map(({ limit, who, count, lastMs }) => ({ limit, who, count, last: toDate(lastMs) }));
  }

  audit(options?: sdk.AuditOptions): Promise<sdk.AuditPage> {
    return readAudit(this.#context, undefined, options);
  }

  /** Each says how the account is to be, so it may be said twice. */
  async #administer(user: sdk.Recipient, change: Change): Promise<void> {
    await ask(this.#context, 'administerUser', { user: userReference(user), change });
  }
}
