/** The files of a room, newest first, page by page, as long as somebody looks. No React. */
import { type Readable, Slice } from '@sotto/app';
import type { MessagePage, MessageView, SottoClient } from '@sotto/client';
import type { RoomNumber } from '@sotto/model';
import { mediaOf } from './media.ts';

export type FileKind = 'all' | 'seen' | 'other';

type FilesPhase =
  | { kind: 'loading' }
  | { kind: 'ready'; hasMore: boolean; isLoading: boolean }
  | { kind: 'failed'; error: unknown };

interface RoomFilesState {
  phase: FilesPhase;
  all: readonly MessageView[];
}

const PAGE = 40;

export class RoomFiles implements Readable<RoomFilesState> {
  readonly #client: Pick<SottoClient, 'search'>;
  readonly #room: RoomNumber;
  readonly #state = new Slice<RoomFilesState>({ phase: { kind: 'loading' }, all: [] });
  readonly get = this.#state.get;
  readonly subscribe = this.#state.subscribe;
  #next: string | undefined;

  constructor(client: Pick<SottoClient, 'search'>, room: RoomNumber) {
    this.#client = client;
    this.#room = room;
  }

  /** From the newest on; what is known stays meanwhile, and what is gone by now goes. */
  async load(): Promise<void> {
    try {
      const page = await this.#page(undefined);
      const oldest = page.messages.at(-1)?.sequence;
      const known = this.get().all;
      const before = known.filter(({ sequence }) => oldest !== undefined && sequence < oldest);
      const isWhole = page.next === undefined;
      if (known.length === 0 || isWhole || before.length === 0) this.#next = page.next;
      this.#tell([...withFiles(page), ...(isWhole ? [] : before)]);
    } catch (error) {
      if (this.get().phase.kind === 'loading') this.#state.set({ phase: { kind: 'failed', error }, all: [] });
    }
  }

  async more(): Promise<void> {
    const { phase, all } = this.get();
    if (phase.kind !== 'ready' || phase.isLoading || this.#next === undefined) return;
    this.#state.set({ phase: { ...phase, isLoading: true }, all });
    try {
      const page = await this.#page(this.#next);
      this.#next = page.next;
      const known = new Set(this.get().all.map(({ sequence }) => sequence));
      this.#tell([...this.get().all, ...withFiles(page).filter(({ sequence }) => !known.has(sequence))]);
    } catch {
      // What is there stays, with the button that asks again.
      this.#tell(this.get().all);
    }
  }

  #tell(all: readonly MessageView[]): void {
    const phase = { kind: 'ready', hasMore: this.#next !== undefined, isLoading: false } as const;
    this.#state.set({ phase, all });
  }

  #page(cursor: string | undefined): Promise<MessagePage> {
    const from = cursor === undefined ? {} : { cursor };
    return this.#client.search('', { rooms: [this.#room], hasFile: true, limit: PAGE, ...from });
  }
}

/** What was declined, deleted or hidden offers nothing any more. */
const withFiles = ({ messages }: MessagePage): readonly MessageView[] =>
  messages.filter(
    ({ file, deleted, hidden }) =>
      file !== undefined && file.answer !== 'declined' && deleted === undefined && !hidden,
  );

export function ofKind(all: readonly MessageView[], kind: FileKind): readonly MessageView[] {
  if (kind === 'all') return all;
  return all.filter(({ file }) => {
    const media = file && mediaOf(file)?.kind;
    return (media === 'picture' || media === 'video') === (kind === 'seen');
  });
}
