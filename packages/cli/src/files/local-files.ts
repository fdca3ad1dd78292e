/** Files of this machine, as the line client works with them. */
import { homedir } from 'node:os';
import type { SottoClient } from '@sotto/client';
import { defaultHome, downloadDirectory, fileSource, profileDirectory, saveFile } from '@sotto/client/node';
import type { LocalFile, LocalFiles, OpenFile, Saved, SaveOptions, UploadJournal } from '@sotto/terminal';
import type { Target } from '../connection-options.ts';
import type { System } from '../system.ts';
import { completePath, look, type Places } from './look.ts';
import { makePreview } from './preview.ts';
import { openUploadJournal } from './upload-journal.ts';

/** `user` as the profile has it, which `client` keeps to itself while it is open. */
export async function openLocalFiles(
  client: SottoClient,
  target: Target,
  user: string,
  { directory, environment }: System,
): Promise<LocalFiles> {
  const home = defaultHome({ ...environment });
  return new MachineFiles({
    client,
    home,
    places: { directory, home: environment.HOME || homedir() },
    uploads: await openUploadJournal(profileDirectory(home, target.name, user)),
  });
}

interface Parts {
  client: SottoClient;
  /** Where the client keeps what is its own. */
  home: string;
  places: Places;
  uploads: UploadJournal;
}

class MachineFiles implements LocalFiles {
  readonly #parts: Parts;
  readonly uploads: UploadJournal;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.uploads = parts.uploads;
  }

  look(path: string) {
    return look(path, this.#parts.places);
  }

  complete(start: string): readonly string[] {
    return completePath(start, this.#parts.places);
  }

  async open({ path }: LocalFile): Promise<OpenFile> {
    const { blob: source, mediaType, preview } = await fileSource(path);
    return { source, mediaType, preview: preview ?? (await makePreview(source, mediaType)) };
  }

  async save({ room, sequence }: Parameters<LocalFiles['save']>[0], options: SaveOptions): Promise<Saved> {
    const { client, home } = this.#parts;
    const { path, file } = await saveFile(client, room, sequence, {
      ...options,
      directory: ({ sender }) => downloadDirectory(home, sender),
    });
    return { path, sizeBytes: file.sizeBytes };
  }
}
