/** Server identities seen before, one line each: `host:port fingerprint`. Shared by all profiles and processes. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatFingerprint, parseFingerprint } from '@sotto/protocol';
import type { KnownServers } from '../trust.ts';

export class FileKnownServers implements KnownServers {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async get(server: string): Promise<Uint8Array | undefined> {
    return (await this.#read()).get(server);
  }

  async set(server: string, sha256: Uint8Array): Promise<void> {
    const servers = (await this.#read()).set(server, sha256);
    const text = [...servers].map(([name, hash]) => `${name} ${formatFingerprint(hash)}\n`).join('');
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const draft = `${this.#path}.${randomUUID()}`;
    await writeFile(draft, text, { mode: 0o600, flush: true });
    await rename(draft, this.#path);
  }

  async #read(): Promise<Map<string, Uint8Array>> {
    const text = await readFile(this.#path, 'utf8').catch((error) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const servers = new Map<string, Uint8Array>();
    for (const [index, line] of text.split('\n').entries()) {
      if (line.trim() === '') continue;
      const [name, fingerprint] = line.trim().split(/\s+/);
      const sha256 = parseFingerprint(fingerprint ?? '');
      // A line that cannot be read must not turn a known server into a new one.
      if (name === undefined || sha256 === undefined) {
        throw new Error(
          `${this.#path} line ${index + 1} is not "host:port fingerprint": correct or remove it`,
        );
      }
      servers.set(name, sha256);
    }
    return servers;
  }
}
