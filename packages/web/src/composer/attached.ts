/** Files that stand in the text field of a room or thread and wait to be sent. No React. */
import { newMessageId, placeKey, Slice, type Store } from '@sotto/app';
import type { FilePreview, FileUsage } from '@sotto/client';
import { formatBytes, type RoomNumber, type Sequence } from '@sotto/model';
import { holdBlob } from '../files/shown-blobs.ts';
import { addToast } from '../ui/toasts.ts';

export interface Attachment {
  /** The client message id that its message will have. */
  id: string;
  file: File;
  /** It can be sent; it is looked at whether it can; why it cannot. */
  state: 'ready' | 'checking' | { problem: string };
  preview: Promise<FilePreview | undefined>;
}

export interface Place {
  room: RoomNumber;
  thread: Sequence | undefined;
}

export interface Said {
  text: string;
  replyTo: Sequence | undefined;
}

const AT_ONCE_MAX = 30;
/** Whoever sends waits no longer for what is told of a file; while it stands here there is time. */
const PREVIEW_WAIT_MS = 3_000;
/** How long what the server said of its limits counts. */
const USAGE_KEPT_MS = 60_000;

/** Of one account's window. */
export class Attachments {
  readonly #store: Store;
  readonly #places = new Map<string, Slice<readonly Attachment[]>>();
  #usage: { promise: Promise<FileUsage>; atMs: number } | undefined;
  /** What was sent of late, and stands nowhere else yet. */
  #leaving = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The same one for the same place. */
  at({ room, thread }: Place): Slice<readonly Attachment[]> {
    const key = placeKey(room, thread);
    const slice = this.#places.get(key) ?? new Slice<readonly Attachment[]>([]);
    this.#places.set(key, slice);
    return slice;
  }

  add(place: Place, files: readonly File[]): void {
    const slice = this.at(place);
    const free = Math.max(0, AT_ONCE_MAX - slice.get().length);
    if (files.length > free)
      addToast({
        kind: 'info',
        words: `${AT_ONCE_MAX} files can be sent at a time; the others were left out.`,
      });
    const added = files.slice(0, free).map(attachmentOf);
    slice.set([...slice.get(), ...added]);
    for (const attachment of added) void this.#check(slice, attachment);
  }

  /** They are nowhere but here. */
  get hasAny(): boolean {
    return this.#leaving > 0 || [...this.#places.values()].some((slice) => slice.get().length > 0);
  }

  remove(place: Place, id: string): void {
    const slice = this.at(place);
    slice.set(slice.get().filter((each) => each.id !== id));
  }

  /**
   * Sends what stands there, in its order. One file is sent with what is said; before several that is a message of its own.
   */
  async send(place: Place, { text, replyTo }: Said): Promise<void> {
    const slice = this.at(place);
    const all = slice.get();
    slice.set([]);
    const { room, thread } = place;
    const here = thread === undefined ? {} : { thread };
    const answers = replyTo === undefined ? {} : { replyTo };
    const isOne = all.length === 1;
    const isApart = !isOne && text.trim() !== '';
    if (isApart) this.#store.send(room, text, { ...here, ...answers });
    this.#leaving += 1;
    const previews = await soon(all.map(({ preview }) => preview));
    this.#leaving -= 1;
    for (const [at, { id, file }] of all.entries()) {
      const preview = previews[at];
      holdBlob(id, file);
      this.#store.sendFile(room, file, {
        clientMessageId: id,
        ...here,
        ...(at === 0 && !isApart ? answers : {}),
        ...(isOne && text.trim() !== '' ? { text } : {}),
        ...(preview === undefined ? {} : { preview }),
      });
    }
  }

  async #check(slice: Slice<readonly Attachment[]>, { id, file }: Attachment): Promise<void> {
    const problem = (await unreadable(file)) ?? (await this.#overLimit(file));
    const state = problem === undefined ? 'ready' : { problem };
    slice.set(slice.get().map((each) => (each.id === id ? { ...each, state } : each)));
  }

  /** Without a connection nobody knows, and the server says it later. */
  async #overLimit({ size }: File): Promise<string | undefined> {
    const now = Date.now();
    if (this.#usage === undefined || now - this.#usage.atMs > USAGE_KEPT_MS)
      this.#usage = { promise: this.#store.client.fileUsage(), atMs: now };
    try {
      const { fileMaxBytes, accountMaxBytes, usedBytes } = await this.#usage.promise;
      if (fileMaxBytes !== undefined && size > fileMaxBytes)
        return `Too large: this server takes files up to ${formatBytes(fileMaxBytes)}.`;
      const left = Math.max(0, (accountMaxBytes ?? Number.POSITIVE_INFINITY) - usedBytes);
      return size > left
        ? `No room for it: ${formatBytes(left)} of yours are left on this server.`
        : undefined;
    } catch {
      this.#usage = undefined;
      return undefined;
    }
  }
}

function attachmentOf(file: File): Attachment {
  const named = file.name === PASTED_NAME ? new File([file], pastedName(), { type: file.type }) : file;
  const preview = import('../files/preview-of.ts').then(
    ({ previewOf }) => previewOf(named),
    // Offline, before it was ever needed: it goes without.
    () => undefined,
  );
  return { id: newMessageId(), file: named, state: 'checking', preview };
}

/** undefined in place of those that take too long. */
function soon<T>(all: readonly Promise<T>[]): Promise<(T | undefined)[]> {
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, PREVIEW_WAIT_MS));
  return Promise.all(all.map((each) => Promise.race([each, late])));
}

/** What browsers call every picture that is pasted. */
const PASTED_NAME = 'image.png';

function pastedName(): string {
  const now = new Date();
  const two = (value: number): string => `${value}`.padStart(2, '0');
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  return `pasted ${day} ${two(now.getHours())}.${two(now.getMinutes())}.${two(now.getSeconds())}.png`;
}

/** A folder that is dropped looks like a file, and cannot be read. */
async function unreadable(file: File): Promise<string | undefined> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return undefined;
  } catch {
    return 'It cannot be read. Folders cannot be sent: send the files in it, or pack them into one.';
  }
}
