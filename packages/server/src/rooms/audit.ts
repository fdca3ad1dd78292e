/** What was done to rooms and their members, and by administrators of the server; for a year (M10). */
import { PAGE_MAX } from '@sotto/model';
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode, type RoomReference } from '@sotto/schema';
import { type Asker, authorize } from './directory.ts';
import type { RoomFinder } from './finder.ts';
import type { AuditFilter, AuditRecord, RoomStore } from './store.ts';

const AUDIT_KEPT_MS = 365 * 24 * 60 * 60_000;
/** Entries of one commit. */
const DROP_MAX = 1_000;

/** `before`: an id, or 0 for the newest. */
export interface AuditPage {
  before: number;
  limit: number;
  filter?: AuditFilter;
}

export interface AuditOptions {
  store: Pick<RoomStore, 'audit' | 'dropAudit'>;
  finder: RoomFinder;
  clock: Clock;
}

export class Audit {
  readonly #options: AuditOptions;

  constructor(options: AuditOptions) {
    this.#options = options;
  }

  /** One more than `limit`, where there is one; without a reference the server's own, for administrators. */
  async read(
    user: Asker,
    reference: RoomReference | undefined,
    { before, limit, filter = {} }: AuditPage,
  ): Promise<readonly AuditRecord[]> {
    const { store, finder, clock } = this.#options;
    // Comparisons with NaN are false.
    if (!(before >= 0 && before <= Number.MAX_SAFE_INTEGER))
      throw new SottoError(ErrorCode.ARGUMENT_INVALID, `before: ${before}`);
    const most = Math.min(limit, PAGE_MAX) + 1;
    if (reference === undefined) {
      if (!user.owner && !user.administrator) throw new SottoError(ErrorCode.PERMISSION_DENIED, 'seeAudit');
      return store.audit(undefined, before, most, filter);
    }
    const state = await finder.resolve(reference, user);
    authorize(state, user, 'seeAudit', clock.now());
    return store.audit(state.record.number, before, most, filter);
  }

  /** Drops what is older than a year, a bounded part at a time. */
  async sweep(): Promise<void> {
    const { store, clock } = this.#options;
    while ((await store.dropAudit(clock.now() - AUDIT_KEPT_MS, DROP_MAX)) === DROP_MAX);
  }
}
