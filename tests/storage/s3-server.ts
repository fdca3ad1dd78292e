/** An S3 server in a process of its own. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const BUCKET = 'sotto';
/** The pair that the server knows. */
export const KEYS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

export class S3Server {
  readonly directory = mkdtempSync(join(tmpdir(), 'sotto-s3-'));
  readonly #place: string;
  #running: { process: Bun.Subprocess<'pipe', 'pipe', 'ignore'>; endpoint: string } | undefined;

  /** `place`: tests/s3-server. */
  constructor(place: string) {
    this.#place = place;
    mkdirSync(join(this.directory, 'objects'));
  }

  get endpoint(): string {
    return this.#running?.endpoint ?? 'http://127.0.0.1:1';
  }

  /** With what it had when it was stopped. */
  async start(): Promise<void> {
    const process = Bun.spawn(
      ['node', '--openssl-legacy-provider', 'serve.mjs', join(this.directory, 'objects'), BUCKET],
      { cwd: this.#place, stdin: 'pipe', stdout: 'pipe', stderr: 'ignore' },
    );
    const { value } = await process.stdout.getReader().read();
    const port = Number(new TextDecoder().decode(value).trim());
    if (!(port > 0)) throw new Error('the S3 server did not start');
    this.#running = { process, endpoint: `http://127.0.0.1:${port}` };
  }

  async stop(): Promise<void> {
    const process = this.#running?.process;
    this.#running = undefined;
    process?.kill();
    await process?.exited;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true });
  }
}
