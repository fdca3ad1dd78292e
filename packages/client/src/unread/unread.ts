/**
 * What this account has not read, in every room: the server's counts, and what happened since [COUNTS-1]. Reading counts at
 * once; where a count is only an estimate, the server is asked.
 */
import { type Sequence, type StreamId, UnreadView } from '@sotto/model';
import type { Clock } from '@sotto/protocol';
import { EventKind, type Membership, type UnreadCounts } from '@sotto/schema';
import type { Present } from '../connection/present.ts';
import { textOf } from '../describe/events.ts';
import { type Me, mentionsMe } from '../describe/me.ts';
import { toRole } from '../describe/values.ts';
import type { LogEntry } from '../sync/entry.ts';
import type { Counts } from '../sync/rooms.ts';
import type { Room } from '../types.ts';

/** The server tells of its own accord when the read cursor moved: it is asked only where that does not come. */
const ASK_AFTER_MS = 2_000;
/** Asked ever more rarely where the answer does not help. */
const ASK_AFTER_MAX_MS = 120_000;
const NONE = { unread: 0, mentions: 0, read: 0 };

export interface UnreadOptions {
  present: Present;
  clock: Clock;
  me(): Me | undefined;
  room(stream: StreamId): Room | undefined;
  /** At most once for what comes together, after what changed them. */
  onChange(stream: StreamId, counts: Counts): void;
  /** At once, when `counts` may say something else of a room. */
  onMoved?(stream: StreamId): void;
}

export class UnreadBook {
  readonly #options: UnreadOptions;
  readonly #views = new Map<StreamId, UnreadView>();
  /** What callers know. */
  readonly #told = new Map<StreamId, Counts>();
  readonly #changed = new Set<StreamId>();
  #isAsking = false;
  #askAfterMs = ASK_AFTER_MS;

  constructor(options: UnreadOptions) {
    this.#options = options;
  }

  /** `read`: how far this account has read, as far as it is known here. */
  counts(stream: StreamId): Counts & { read: number } {
    const view = this.#views.get(stream);
    return view === undefined ? NONE : { unread: view.unread, mentions: view.mentions, read: view.read };
  }

  /** The server says where this account stands. */
  stands(stream: StreamId, base: Pick<Membership, 'read' | 'head' | 'unread' | 'mentions'>): void {
    const known = this.#views.get(stream);
    if (known === undefined) {
      const view = new UnreadView(base);
      this.#views.set(stream, view);
      this.#told.set(stream, this.counts(stream));
      this.#options.onMoved?.(stream);
    } else {
      known.rebase(base);
      this.#mark(stream);
    }
  }

  pushed({ rooms }: UnreadCounts): void {
    for (const base of rooms) {
      const stream = base.stream as StreamId;
      this.#views.get(stream)?.rebase(base);
      this.#mark(stream);
    }
  }

  left(stream: StreamId): void {
    this.#views.delete(stream);
    this.#told.delete(stream);
    this.#options.onMoved?.(stream);
  }

  readTo(stream: StreamId, sequence: Sequence): void {
    this.#views.get(stream)?.readTo(sequence);
    this.#mark(stream);
  }

  happened(entry: LogEntry): void {
    const { stream, sequence, kind, sender, relatesTo, content } = entry;
    const view = this.#views.get(stream);
    const { me, room } = this.#options;
    if (view === undefined) return;
    if (kind === EventKind.MESSAGE_DELETED) {
      view.deleted({ sequence, target: relatesTo, known: undefined });
    } else {
      const own = me();
      const text = textOf(content);
      // What is erased already counts no more.
      const countsUnread = entry.countsUnread && content.case !== undefined;
      const said = { text, sender, role: toRole(entry.role) };
      const mentions = countsUnread && mentionsMe(said, room(stream)?.kind ?? 'private', own);
      view.event({ sequence, countsUnread, mine: sender === own?.number, mentionsMe: mentions });
    }
    this.#mark(stream);
  }

  clear(): void {
    for (const stream of [...this.#views.keys()]) this.left(stream);
  }

  #mark(stream: StreamId): void {
    this.#options.onMoved?.(stream);
    if (this.#changed.size === 0) queueMicrotask(() => this.#tell());
    this.#changed.add(stream);
  }

  #tell(): void {
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const stream of changed) {
      const view = this.#views.get(stream);
      if (view === undefined) continue;
      const counts = this.counts(stream);
      const told = this.#told.get(stream);
      this.#told.set(stream, counts);
      const isSame = told?.unread === counts.unread && told.mentions === counts.mentions;
      if (!isSame) this.#options.onChange(stream, counts);
      if (!view.exact) this.#askLater();
    }
  }

  #askLater(): void {
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#options.clock.after(this.#askAfterMs, () => {
      this.#askAfterMs = Math.min(ASK_AFTER_MAX_MS, 2 * this.#askAfterMs);
      this.#ask()
        .catch(() => {})
        .finally(() => {
          this.#isAsking = false;
        });
    });
  }

  get #estimates(): StreamId[] {
    return [...this.#views].filter(([, { exact }]) => !exact).map(([stream]) => stream);
  }

  /** Those that are still estimates. Where it cannot be asked, the next login says it. */
  async #ask(): Promise<void> {
    const streams = this.#estimates;
    if (streams.length > 0)
      this.pushed(await this.#options.present.ask(({ link }) => link.request('readUnread', { streams })));
    if (this.#estimates.length === 0) this.#askAfterMs = ASK_AFTER_MS;
  }
}
