/** Looks for messages while somebody types, page by page; what was found stays until something else is. */
import type { MessagePage, MessageView, SottoClient } from '@sotto/client';
import type { RoomNumber } from '@sotto/model';
import { LineError } from '../commands/request.ts';
import { type AppClock, systemClock } from '../gathered.ts';
import { type Readable, Slice } from '../slice.ts';
import { askedFor, markedWords, type SearchWords } from './options.ts';

export interface SearchState {
  words: SearchWords;
  /** In place of words: messages that mention this account. */
  mentions: boolean;
  phase:
    | { kind: 'nothing' }
    | { kind: 'searching' }
    | { kind: 'found'; hasMore: boolean; isLoading: boolean }
    /** What was typed cannot be meant; says why. */
    | { kind: 'unclear'; words: string }
    | { kind: 'failed'; error: Error };
  /** Newest first. */
  messages: readonly MessageView[];
  marked: readonly string[];
}

/** What is typed rests so long before it is looked for. */
const RESTS_MS = 250;
const PAGE = 20;

type Load = (cursor?: string) => Promise<MessagePage>;

export class Search implements Readable<SearchState> {
  readonly #client: SottoClient;
  readonly #clock: AppClock;
  readonly #state: Slice<SearchState>;
  readonly get: () => SearchState;
  readonly subscribe: (listener: () => void) => () => void;
  #cancel: (() => void) | undefined;
  /** What is asked now; answers to what was asked before are left out. */
  #asked = 0;
  #load: Load | undefined;
  #next: string | undefined;

  constructor(client: SottoClient, room: RoomNumber, clock: AppClock = systemClock) {
    this.#client = client;
    this.#clock = clock;
    const words: SearchWords = {
      ...{ text: '', everywhere: false, room, from: '', has: 'anything' },
      ...{ since: '', until: '' },
    };
    this.#state = new Slice<SearchState>({
      words,
      mentions: false,
      phase: { kind: 'nothing' },
      messages: [],
      marked: [],
    });
    this.get = this.#state.get;
    this.subscribe = this.#state.subscribe;
  }

  /** Looked for once no more comes for a moment. */
  change(changes: Partial<SearchWords>): void {
    const before = this.get();
    const words = { ...before.words, ...changes };
    if (!before.mentions && isSame(words, before.words)) return;
    this.#set({ words, mentions: false });
    // Elsewhere means nothing to whoever looks everywhere.
    const isElsewhereAlone = words.everywhere && isSame({ ...words, room: before.words.room }, before.words);
    if (isElsewhereAlone && !before.mentions) return;
    this.#cancel?.();
    this.#cancel = this.#clock.after(RESTS_MS, () => this.now());
  }

  /** Looked for at once. */
  now(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const { words } = this.get();
    try {
      const asked = askedFor(words, this.#client.rooms);
      if (asked === undefined) this.#nothing({ kind: 'nothing' });
      else
        this.#begin(markedWords(asked.query), (cursor) =>
          this.#client.search(asked.query, { ...asked.options, ...paging(cursor) }),
        );
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      this.#nothing({ kind: 'unclear', words: `${error.message}.` });
    }
  }

  showMentions(): void {
    this.#cancel?.();
    this.#set({ mentions: true });
    this.#begin([], (cursor) => this.#client.mentions(paging(cursor)));
  }

  /** The next page, where there is one and none is on its way. */
  more(): void {
    const { phase } = this.get();
    if (phase.kind !== 'found' || !phase.hasMore || phase.isLoading) return;
    this.#set({ phase: { ...phase, isLoading: true } });
    void this.#page(this.#next);
  }

  #begin(marked: readonly string[], load: Load): void {
    this.#load = load;
    this.#asked += 1;
    this.#set({ phase: { kind: 'searching' }, marked });
    void this.#page(undefined);
  }

  async #page(cursor: string | undefined): Promise<void> {
    const asked = this.#asked;
    try {
      const page = await this.#load?.(cursor);
      if (asked !== this.#asked || page === undefined) return;
      this.#next = page.next;
      this.#set({
        phase: { kind: 'found', hasMore: page.next !== undefined, isLoading: false },
        messages: cursor === undefined ? page.messages : [...this.get().messages, ...page.messages],
      });
    } catch (error) {
      if (asked === this.#asked) this.#nothing({ kind: 'failed', error: error as Error });
    }
  }

  #nothing(phase: SearchState['phase']): void {
    this.#asked += 1;
    this.#set({ phase, messages: [], marked: [] });
  }

  #set(changes: Partial<SearchState>): void {
    this.#state.set({ ...this.get(), ...changes });
  }
}

const paging = (cursor: string | undefined) => ({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });

const isSame = (one: SearchWords, other: SearchWords): boolean =>
  (Object.keys(one) as (keyof SearchWords)[]).every((key) => one[key] === other[key]);
