/** Fetching a file onto this machine's disk, on Bun and Node.js (F1) [SAVE-1]. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { numberedName, type Sequence, safeFileName, safeFolderName } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { KeyedTurns } from '../files/turns.ts';
import type { FileDownload, FileInfo, Message, RoomName, SottoClient, TransferOptions } from '../types.ts';
import { explained, LocalFileError } from './errors.ts';
import { removeOldParts } from './old-parts.ts';
import { Part, partDirectory } from './part.ts';

const DIRECTORY_MODE = 0o700;
const NAMES_MAX = 10_000;

export interface SaveFileOptions extends TransferOptions {
  /** Where it goes; made where it is missing. */
  directory: string | ((message: Message) => string);
  /** What to call it, made safe as well; by default as its sender does. */
  name?: string;
}

export interface SavedFile {
  path: string;
  file: FileInfo;
  message: Message;
}

/** Where what somebody sent is kept: a directory for each of them. */
export const downloadDirectory = (home: string, sender: { name: string }): string =>
  join(home, 'downloads', safeFolderName(sender.name));

/** Of one file there is one part; whoever saves it twice at once waits. */
const ofPart = new KeyedTurns();

/**
 * Saves it under a safe name that nothing has, for its owner alone, and never to be run. What an earlier attempt left is gone
 * on with. Rejects with SottoError where the file cannot be had, LocalFileError where it cannot be written.
 */
export async function saveFile(
  client: Pick<SottoClient, 'fetchFile'>,
  room: RoomName,
  message: Sequence,
  options: SaveFileOptions,
): Promise<SavedFile> {
  try {
    return await new Save(client, options).run(room, message);
  } catch (error) {
    // What an earlier attempt left was another file's: once more, from the beginning.
    if (!(error instanceof StaleStart)) throw error;
    return new Save(client, options).run(room, message);
  }
}

class StaleStart extends Error {}

class Save {
  readonly #client: Pick<SottoClient, 'fetchFile'>;
  readonly #options: SaveFileOptions;
  #place: { directory: string; part: Part; earlierBytes: number } | undefined;
  #giveBack = () => {};

  constructor(client: Pick<SottoClient, 'fetchFile'>, options: SaveFileOptions) {
    this.#client = client;
    this.#options = options;
  }

  async run(room: RoomName, message: Sequence): Promise<SavedFile> {
    const { onProgress, signal } = this.#options;
    const transfer = {
      ...(onProgress === undefined ? {} : { onProgress }),
      ...(signal === undefined ? {} : { signal }),
    };
    try {
      const have = (file: FileInfo, of: Message) => this.#prepare(file, of);
      const download = await this.#client.fetchFile(room, message, { ...transfer, have });
      return await this.#store(download);
    } catch (error) {
      throw await this.#failed(error);
    } finally {
      this.#giveBack();
    }
  }

  /** What is here already. */
  async #prepare(file: FileInfo, message: Message): Promise<Blob> {
    const { directory: given, signal } = this.#options;
    const directory = typeof given === 'string' ? given : given(message);
    return explained(directory, async () => {
      await mkdir(directory, { recursive: true, mode: DIRECTORY_MODE });
      await removeOldParts(directory, Date.now());
      const path = partDirectory(directory, file.sha256);
      this.#giveBack = await ofPart.take(path, signal);
      const part = await Part.open(path, file.sizeBytes);
      this.#place = { directory, part, earlierBytes: part.bytes };
      return part.blob();
    });
  }

  async #store({ file, message, stream }: FileDownload): Promise<SavedFile> {
    const place = this.#place;
    if (place === undefined) throw new Error('the client did not ask what is here');
    const { directory, part } = place;
    const path = await explained(directory, async () => {
      for await (const chunk of stream) await part.append(chunk);
      return part.publish(namesIn(directory, this.#options.name ?? file.name));
    });
    return { path, file, message };
  }

  /** Only what can be gone on with stays. */
  async #failed(error: unknown): Promise<unknown> {
    const place = this.#place;
    if (place === undefined) return error;
    const isCorrupt = error instanceof SottoError && error.code === ErrorCode.FILE_CORRUPT;
    const isGone = error instanceof SottoError && error.code === ErrorCode.FILE_GONE;
    const isFull = error instanceof LocalFileError && error.reason === 'noRoom';
    await (isCorrupt || isGone || isFull ? place.part.drop() : place.part.keep()).catch(() => {});
    return isCorrupt && place.earlierBytes > 0 ? new StaleStart() : error;
  }
}

function* namesIn(directory: string, name: string): Generator<string> {
  const safe = safeFileName(name);
  yield join(directory, safe);
  for (let number = 2; number <= NAMES_MAX; number += 1) yield join(directory, numberedName(safe, number));
}
