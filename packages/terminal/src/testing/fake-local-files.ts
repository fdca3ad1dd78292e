/** Files of a machine that is not there: by path, and what was saved. */
import type { SottoClient } from '@sotto/client';
import type {
  KeptUpload,
  LocalFile,
  LocalFiles,
  NotAFile,
  Saved,
  SaveOptions,
  UploadJournal,
} from '../line/files/local.ts';

export class FakeLocalFiles implements LocalFiles {
  /** What is in them, by path. */
  readonly files = new Map<string, string>();
  /** Of all of them. */
  modifiedMs = 1_000;
  readonly journal: KeptUpload[] = [];
  readonly saved: string[] = [];
  readonly uploads: UploadJournal = {
    all: this.journal,
    put: async (upload) => void this.journal.push(upload),
    drop: async (id) => {
      const at = this.journal.findIndex(({ clientMessageId }) => clientMessageId === id);
      if (at !== -1) this.journal.splice(at, 1);
    },
  };
  readonly #client: SottoClient;

  constructor(client: SottoClient, files: Readonly<Record<string, string>> = {}) {
    this.#client = client;
    for (const [path, text] of Object.entries(files)) this.files.set(path, text);
  }

  async look(path: string): Promise<LocalFile | NotAFile> {
    const text = this.files.get(path);
    const { modifiedMs } = this;
    if (path.endsWith('/')) return { kind: 'none', missing: false, problem: 'is a folder' };
    if (text === undefined) return { kind: 'none', missing: true, problem: 'is not there; check the path' };
    return { kind: 'file', path, name: path.split('/').at(-1) ?? '', sizeBytes: text.length, modifiedMs };
  }

  async open({ path }: LocalFile) {
    return {
      source: new Blob([this.files.get(path) ?? '']),
      mediaType: 'text/plain',
      preview: { text: 'first' },
    };
  }

  complete(start: string): readonly string[] {
    return [...this.files.keys()].filter((path) => path.startsWith(start));
  }

  async save({ room, sequence }: Parameters<LocalFiles['save']>[0], options: SaveOptions): Promise<Saved> {
    const { file } = await this.#client.fetchFile(room, sequence, options);
    this.saved.push(options.name ?? file.name);
    return { path: `/downloads/bob/${options.name ?? file.name}`, sizeBytes: file.sizeBytes };
  }
}
