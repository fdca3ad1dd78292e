/** A server of language models for tests: real HTTP on a random port of this machine, which fails in every way that is asked of it. */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { ProviderKind } from '../../assistants/store.ts';
import {
  type Answer,
  chunkOf,
  DEFAULT_TEXT,
  EVENT_STREAM,
  endChunks,
  type ModelMode,
  malformedMode,
  textChunk,
  wordsOf,
} from './model-mode.ts';

export interface RecordedRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** As JSON where it is that, as text otherwise. */
  body: ModelRequestBody | string;
}

/** What we ask for; other fields are there as well. */
export interface ModelRequestBody {
  model?: unknown;
  stream?: unknown;
  max_tokens?: unknown;
  max_completion_tokens?: unknown;
  messages?: readonly { role: string; content: string }[];
  [name: string]: unknown;
}

export interface ModelServerOptions {
  /** The one that `openai` wants to see; Ollama asks for none. */
  key?: string;
  /** Others are not known there. */
  models?: readonly string[];
}

/** A connection that breaks takes what was not read with it. */
const READING_MS = 25;
const ENDLESS_BYTES = 100 * 1024 * 1024;
const ENDLESS_PIECE = 64 * 1024;

export class ModelServer {
  readonly manner: ProviderKind;
  readonly key: string;
  readonly models: readonly string[];
  /** Of each request that came, in order. */
  readonly requests: RecordedRequest[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #queue: ModelMode[] = [];
  #always: (request: RecordedRequest) => ModelMode = () => ({ kind: 'answer' });
  #waiting: (() => void)[] = [];

  private constructor(manner: ProviderKind, options: ModelServerOptions) {
    this.manner = manner;
    this.key = options.key ?? 'sk-test-of-sotto';
    this.models = options.models ?? ['small', 'large'];
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on('connection', (socket) => this.#track(socket));
  }

  static async start(manner: ProviderKind, options: ModelServerOptions = {}): Promise<ModelServer> {
    const server = new ModelServer(manner, options);
    const listening = new Promise((resolve) => server.#server.once('listening', resolve));
    server.#server.listen(0, '127.0.0.1');
    await listening;
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** As an operator writes it. */
  get url(): string {
    return `http://127.0.0.1:${this.port}${this.manner === 'openai' ? '/v1' : ''}`;
  }

  get openConnections(): number {
    return this.#sockets.size;
  }

  /** For the next requests, one each. */
  next(...modes: readonly ModelMode[]): void {
    this.#queue.push(...modes);
  }

  /** For those that `next` says nothing of. */
  always(mode: ModelMode | ((request: RecordedRequest) => ModelMode)): void {
    this.#always = typeof mode === 'function' ? mode : () => mode;
  }

  /** Resolves once no connection is open. */
  async drained(): Promise<void> {
    while (this.#sockets.size > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Ends whatever is open. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    this.#server.closeAllConnections();
    await closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => {
      this.#sockets.delete(socket);
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const resolve of waiting) resolve();
    });
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const recorded = { method: message.method ?? '', path: message.url ?? '', headers: message.headers };
    try {
      const request = { ...recorded, body: await bodyOf(message) };
      this.requests.push(request);
      const mode = this.#refusal(request) ?? this.#queue.shift() ?? this.#always(request);
      await new Exchange(this.manner, request, response).play(mode);
    } catch {
      // The other end is gone.
      response.destroy();
    }
  }

  /** What every server of this manner checks first. */
  #refusal({ method, path, headers, body }: RecordedRequest): ModelMode | undefined {
    if (method !== 'POST' || path !== '/v1/chat/completions')
      return { kind: 'status', status: 404, body: '404 page not found' };
    if (this.manner === 'openai' && headers.authorization !== `Bearer ${this.key}`)
      return { kind: 'status', status: 401, code: 'invalid_api_key' };
    const model = typeof body === 'string' ? undefined : body.model;
    if (typeof model !== 'string' || !this.models.includes(model))
      return { kind: 'status', status: 404, code: 'model_not_found' };
    return undefined;
  }
}

async function bodyOf(message: IncomingMessage): Promise<ModelRequestBody | string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** One request and its answer; every wait ends when the other end goes. */
class Exchange {
  readonly #manner: ProviderKind;
  readonly #request: RecordedRequest;
  readonly #response: ServerResponse;
  readonly #gone = Promise.withResolvers<'gone'>();

  constructor(manner: ProviderKind, request: RecordedRequest, response: ServerResponse) {
    this.#manner = manner;
    this.#request = request;
    this.#response = response;
    response.once('close', () => this.#gone.resolve('gone'));
    response.on('error', () => this.#gone.resolve('gone'));
  }

  get #model(): string {
    const { body } = this.#request;
    return typeof body === 'string' ? '' : String(body.model);
  }

  async play(mode: ModelMode): Promise<void> {
    switch (mode.kind) {
      case 'answer':
        return this.#answer(mode);
      case 'cutOff':
        await this.#words(wordsOf(mode.text ?? DEFAULT_TEXT).slice(0, mode.words), mode.pauseMs ?? 0);
        await this.#pause(Math.max(READING_MS, mode.pauseMs ?? 0));
        return this.#hangUp();
      case 'stall':
        await this.#words(wordsOf(mode.text ?? DEFAULT_TEXT).slice(0, mode.words), 0);
        await this.#gone.promise;
        return;
      case 'silent':
        await this.#gone.promise;
        return;
      case 'hangUp':
        return this.#hangUp();
      case 'status':
        return this.#status(mode);
      case 'redirect':
        this.#response.writeHead(mode.status ?? 307, { location: mode.to });
        this.#response.end();
        return;
      case 'malformed':
        return this.play(malformedMode(mode.how, this.#model));
      case 'raw':
        this.#begin(mode.contentType);
        for (const chunk of mode.chunks) await this.#write(chunk);
        this.#response.end();
        return;
      case 'endless':
        return this.#endless(mode);
    }
  }

  async #answer({
    text = DEFAULT_TEXT,
    firstByteMs = 0,
    pauseMs = 0,
    hurry,
    finish = 'stop',
    usage,
    reasoning,
  }: Answer) {
    if (firstByteMs > 0) await this.#pause(firstByteMs);
    const words = wordsOf(text);
    this.#begin();
    if (reasoning !== undefined)
      await this.#write(
        chunkOf(this.#model, { delta: { role: 'assistant', content: '', reasoning_content: reasoning } }),
      );
    await this.#words(words, pauseMs, hurry);
    if (finish !== 'none') {
      const counted = usage ?? { prompt: wordsOf(this.#prompt()).length, answer: words.length };
      await this.#write(endChunks(this.#model, finish, counted === 'none' ? undefined : counted));
    }
    this.#response.end();
  }

  #prompt(): string {
    const { body } = this.#request;
    return typeof body === 'string' ? body : (body.messages ?? []).map(({ content }) => content).join(' ');
  }

  async #words(words: readonly string[], pauseMs: number, hurry?: Promise<unknown>): Promise<void> {
    if (!this.#response.headersSent) this.#begin();
    let isHurried = false;
    void hurry?.then(() => {
      isHurried = true;
    });
    for (const [index, word] of words.entries()) {
      if (index > 0 && pauseMs > 0 && !isHurried) await this.#pause(pauseMs);
      await this.#write(textChunk(this.#model, word));
    }
  }

  #begin(contentType: string = EVENT_STREAM): void {
    this.#response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-cache' });
    this.#response.flushHeaders();
  }

  #hangUp(): void {
    this.#response.socket?.destroy();
  }

  #status({ status, retryAfter, code, body }: ModelMode & { kind: 'status' }): void {
    const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    this.#response.writeHead(status, { 'content-type': 'application/json', ...headers });
    this.#response.end(body ?? JSON.stringify({ error: this.#errorOf(status, code) }));
  }

  /** Both repeat things of the request, as real ones do. */
  #errorOf(status: number, code: string | undefined) {
    const known = code === 'model_not_found' ? `model "${this.#model}" not found` : `status ${status}`;
    if (this.#manner === 'ollama') return { message: known, type: 'api_error', param: null, code: null };
    const said = `${known}; your key is ${this.#request.headers.authorization}, your prompt ${this.#prompt()}`;
    return { message: said, type: 'invalid_request_error', param: null, code: code ?? null };
  }

  async #endless({ how, bytes = ENDLESS_BYTES }: ModelMode & { kind: 'endless' }): Promise<void> {
    if (how === 'error') this.#response.writeHead(500, { 'content-type': 'text/html' });
    else if (how === 'headers') this.#response.socket?.write('HTTP/1.1 200 OK\r\n');
    else this.#begin();
    if (how === 'line') await this.#write('data: ');
    const piece = this.#piece(how);
    for (let sent = 0; sent < bytes; sent += piece.length) {
      if (how === 'headers') this.#response.socket?.write(piece);
      else await this.#write(piece);
      if ((await this.#pause(0)) === 'gone') return;
    }
    if (how === 'headers') this.#hangUp();
    else this.#response.end();
  }

  #piece(how: (ModelMode & { kind: 'endless' })['how']): string {
    const filler = 'x'.repeat(ENDLESS_PIECE);
    switch (how) {
      case 'words':
        return textChunk(this.#model, 'word '.repeat(100)).repeat(50);
      case 'comments':
        return ': still thinking\n\n'.repeat(4096);
      case 'headers':
        return `x-filler: ${filler.slice(0, 8192)}\r\n`;
      default:
        return filler;
    }
  }

  /** Waits for the other end to read. */
  async #write(chunk: string | Uint8Array): Promise<void> {
    if (this.#response.destroyed) throw new Error('gone');
    if (this.#response.write(chunk)) return;
    const drained = new Promise<void>((resolve) => this.#response.once('drain', resolve));
    if ((await Promise.race([drained, this.#gone.promise])) === 'gone') throw new Error('gone');
  }

  async #pause(ms: number): Promise<'gone' | undefined> {
    const timer = Promise.withResolvers<undefined>();
    const handle = setTimeout(() => timer.resolve(undefined), ms);
    const result = await Promise.race([timer.promise, this.#gone.promise]);
    clearTimeout(handle);
    return result;
  }
}
