/** The page's end of the keeper: requests over one WebSocket, and when it is over. */
import { ClientClosed, ProfileInUse, ProfileTaken } from '../errors.ts';
import { type KeeperAnswer, type KeeperAnswers, type KeeperRequest, STATUS_TAKEN } from './keeper.ts';

/** The program that this window belongs to has ended; nothing of it works any more. */
export class RelayGone extends Error {
  override readonly name = 'RelayGone';

  constructor() {
    super('`sotto open` has ended; start it again to go on');
  }
}

type Kind = KeeperRequest['kind'];
interface Waiting {
  resolve(value: never): void;
  reject(error: Error): void;
}

export class KeeperLine {
  readonly #socket: WebSocket;
  readonly #ready: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended = Promise.withResolvers<Error>();
  readonly #lost = Promise.withResolvers<Error>();
  #end: Error | undefined;
  #lastId = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.#ready = new Promise((resolve) => {
      socket.onopen = () => resolve();
    });
    socket.onmessage = ({ data }) => this.#answered(String(data));
    socket.onclose = ({ code }) => this.#over(code === STATUS_TAKEN ? new ProfileTaken() : new RelayGone());
  }

  /** Resolves with why it is over: ProfileTaken, RelayGone, or ClientClosed after `close`. */
  get ended(): Promise<Error> {
    return this.#ended.promise;
  }

  /** As `ended`, but never after `close`. */
  get lost(): Promise<Error> {
    return this.#lost.promise;
  }

  async ask<K extends Kind>(request: Extract<KeeperRequest, { kind: K }>): Promise<KeeperAnswers[K]> {
    await Promise.race([this.#ready, this.#ended.promise]);
    if (this.#end !== undefined) throw this.#end;
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, ...request }));
    });
  }

  close(): void {
    this.#over(new ClientClosed());
    this.#socket.close(1000);
  }

  #answered(text: string): void {
    const answer = JSON.parse(text) as KeeperAnswer;
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.ok) waiting?.resolve(answer.value as never);
    else waiting?.reject(answer.reason === 'inUse' ? inUse() : new Error(answer.message));
  }

  #over(reason: Error): void {
    if (this.#end !== undefined) return;
    this.#end = reason;
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
    this.#ended.resolve(reason);
    if (!(reason instanceof ClientClosed)) this.#lost.resolve(reason);
  }
}

const inUse = () =>
  new ProfileInUse('sotto open', 'another window', 'go on in that one, or take it over here');
