/** A server with an assistant, its provider, and the people of `bench:assistants`, each in a process of its own. */
import { join } from 'node:path';
import { LineProcess } from '../tests/network/emulated/line-process.ts';
import type { CrowdOrder, CrowdState } from './assistants-crowd.ts';
import type { ModelOrder, ModelState } from './assistants-model.ts';
import { type BenchProcess, startPinned } from './process.ts';
import type { Credentials } from './seed.ts';

const SERVER_CORE = 0;
const LOOK_MS = 50;
const PATIENCE_MS = 20_000;

export const ASKERS = 50;
export const WATCHERS = 20;
export const NAME = 'assistant';
/** Longer than any answer takes, and short where nothing comes. */
const TIMEOUT = '2s';

export class AssistantStage {
  readonly server: BenchProcess;
  readonly #model: LineProcess;
  readonly #crowd: LineProcess;

  private constructor(server: BenchProcess, model: LineProcess, crowd: LineProcess) {
    this.server = server;
    this.#model = model;
    this.#crowd = crowd;
  }

  static async open(
    directory: string,
    users: readonly Credentials[],
    order: ModelOrder,
  ): Promise<AssistantStage> {
    const model = modest('assistants-model.ts');
    // Asked twice, so that one that refuses has a port that nobody else has.
    await model.ask<ModelState>({ ...order, mode: 'answers' });
    const { port } = await model.ask<ModelState>(order);
    const server = await startPinned(SERVER_CORE, 'server.ts', [
      directory,
      'tls,udp',
      JSON.stringify(settings(port)),
    ]);
    const stage = new AssistantStage(server, model, modest('assistants-crowd.ts'));
    const [askers, watchers] = [users.slice(0, ASKERS), users.slice(ASKERS, ASKERS + WATCHERS)];
    await stage.#order({ kind: 'come', port: server.ports.tls ?? 0, assistant: NAME, askers, watchers });
    return stage;
  }

  /** Each asker says it in the room of all of them. */
  async say(text: string): Promise<void> {
    await this.#order({ kind: 'say', text });
  }

  look(): Promise<CrowdState> {
    return this.#order({ kind: 'look' });
  }

  async until(what: string, done: (state: CrowdState) => boolean): Promise<CrowdState> {
    const lateAt = performance.now() + PATIENCE_MS;
    for (;;) {
      const state = await this.look();
      if (done(state)) return state;
      if (performance.now() > lateAt) throw new Error(`not ${what}: ${JSON.stringify(state)}`);
      await Bun.sleep(LOOK_MS);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#crowd.close();
    await this.server.stop();
    await this.#model.close();
  }

  #order(order: CrowdOrder): Promise<CrowdState> {
    return this.#crowd.ask<CrowdState>(order);
  }
}

/** Gives way to the process that measures, which is on the same core. */
const modest = (script: string): LineProcess =>
  new LineProcess(['nice', '-n', '10', process.execPath, join(import.meta.dir, script)]);

const settings = (port: number) => ({
  SOTTO_AI_PROVIDER: 'openai',
  SOTTO_AI_URL: `http://127.0.0.1:${port}/v1`,
  SOTTO_AI_KEY: 'none',
  SOTTO_AI_MODEL: 'bench',
  SOTTO_AI_NAME: NAME,
  SOTTO_AI_TIMEOUT: TIMEOUT,
  SOTTO_AI_PARALLEL: String(ASKERS),
  SOTTO_AI_QUEUE: String(2 * ASKERS),
  SOTTO_AI_LIMIT_ACCOUNT: 'off',
  SOTTO_AI_LIMIT_ROOM: 'off',
  SOTTO_AI_LIMIT_TOTAL: 'off',
});
