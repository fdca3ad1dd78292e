/** A child process that is asked one JSON object a line on its input and answers each with one on its output. */

/** What is kept of its complaints. */
const COMPLAINTS_MAX_CHARACTERS = 4_000;

type Asked = PromiseWithResolvers<unknown>;

export class LineProcess {
  readonly #child: Bun.Subprocess<'pipe', 'pipe', 'pipe'>;
  readonly #asked: Asked[] = [];
  #complaints = '';
  #ended = false;

  constructor(command: readonly string[]) {
    this.#child = Bun.spawn([...command], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
    });
    void this.#listen();
    void this.#collect();
  }

  /** The next line that it prints by itself, as at its start. */
  next<Answer>(): Promise<Answer> {
    const asked = Promise.withResolvers<unknown>();
    if (this.#ended) asked.reject(this.#failure());
    else this.#asked.push(asked);
    return asked.promise as Promise<Answer>;
  }

  /** Rejects where the process ends without an answer. */
  ask<Answer>(command: object): Promise<Answer> {
    const answer = this.next<Answer>();
    if (!this.#ended) {
      this.#child.stdin.write(`${JSON.stringify(command)}\n`);
      this.#child.stdin.flush();
    }
    return answer;
  }

  async close(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#child.exited;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #listen(): Promise<void> {
    let text = '';
    for await (const chunk of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) this.#asked.shift()?.resolve(JSON.parse(line));
    }
    await this.#child.exited;
    this.#ended = true;
    for (const asked of this.#asked.splice(0)) asked.reject(this.#failure());
  }

  async #collect(): Promise<void> {
    for await (const chunk of this.#child.stderr.pipeThrough(new TextDecoderStream()))
      this.#complaints = (this.#complaints + chunk).slice(-COMPLAINTS_MAX_CHARACTERS);
  }

  #failure(): Error {
    return new Error(`the process ended without an answer: ${this.#complaints}`);
  }
}

/** The other side: answers each line of the input; an exception ends the process. Ends with its input, hence with its parent. */
export async function answerLines<Command>(answer: (command: Command) => Promise<unknown>): Promise<never> {
  let text = '';
  for await (const chunk of process.stdin) {
    text += chunk;
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) say(await answer(JSON.parse(line)));
  }
  process.exit(0);
}

export function say(answer: unknown): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
