import type { ClientEvent, SottoClient } from '@sotto/client';
import { sanitizeLine } from '../sanitize.ts';
import { type Command, LineError, type Target } from './command.ts';
import { targetLabel, targetPrompt } from './conversations.ts';
import { Display } from './display.ts';
import { execute } from './execute.ts';
import { INPUT_LINE_MAX_BYTES, type InputLine, type LineIo } from './io.ts';
import { OwnMessages } from './own-messages.ts';
import { parseLine } from './parse.ts';
import { type Failure, failedForSome, type Presenter, type Reply } from './reply.ts';
import { Sender } from './sender.ts';
import { headed } from './text-events.ts';

export interface LineClient {
  /** Signed in. */
  client: SottoClient;
  /** Asked for before signing in, so that nothing is missed. */
  events: AsyncIterable<ClientEvent>;
  io: LineIo;
  presenter: Presenter;
  /** Leave now; what is not acknowledged stays in the outbox. */
  signal: AbortSignal;
}

export interface LineEnd {
  /** `stopped`: the server or the client itself ended it. */
  kind: 'left' | 'stopped';
  /** Why it stopped. */
  reason: Error | undefined;
  /** Lines that came to nothing, for somebody. */
  failures: number;
}

/** How long the last acknowledged messages may take to come back as events before leaving. */
const ECHO_TIMEOUT_MS = 2_000;
const WAITS = '  -> waits, goes out when you are back';
const NO_TARGET =
  'to whom? Start with "0: " for everyone, "2: " or "alice: " for a person, "#room: " for a room';
const HINT = '* Type "0: hello" to talk to everyone. /help lists everything else.';

/** Reads commands and shows events until the input ends, somebody leaves, or the client stops. Does not close the client. */
export function runLineClient(options: LineClient): Promise<LineEnd> {
  return new LineSession(options).run();
}

class LineSession {
  readonly #client: SottoClient;
  readonly #events: AsyncIterable<ClientEvent>;
  readonly #io: LineIo;
  readonly #presenter: Presenter;
  readonly #signal: AbortSignal;
  readonly #own = new OwnMessages();
  readonly #sender: Sender;
  readonly #display: Display;
  #lastTarget: Target | undefined;
  #failures = 0;
  #leaving = false;

  constructor({ client, events, io, presenter, signal }: LineClient) {
    this.#client = client;
    this.#events = events;
    this.#io = io;
    this.#presenter = presenter;
    this.#signal = signal;
    this.#sender = new Sender(client, this.#own);
    this.#display = new Display({ client, io, presenter, own: this.#own });
  }

  async run(): Promise<LineEnd> {
    await this.#printStart();
    const end = await Promise.race([
      this.#display.show(this.#events),
      this.#readLines(),
      aborted(this.#signal),
    ]);
    const reason = end?.kind === 'stopped' && !this.#leaving ? end.reason : undefined;
    return { kind: reason === undefined ? 'left' : 'stopped', reason, failures: this.#failures };
  }

  async #printStart(): Promise<void> {
    const { me, status, rooms, outboxSize } = this.#client;
    if (me === undefined) throw new Error('the line client needs a client that is signed in');
    await this.#io.print(this.#presenter.started({ me, connection: status, rooms, outbox: outboxSize }));
    await this.#echo([HINT]);
    this.#aim(undefined);
    this.#display.watchPresence();
  }

  /** Resolves after the last line was carried out, or somebody asked to leave. */
  async #readLines(): Promise<undefined> {
    let count = 0;
    for await (const line of this.#io.lines) {
      count += 1;
      await this.#carryOut(line, count);
      if (this.#leaving) return;
    }
    await this.#sender.settled();
    await this.#client.flushed(this.#signal);
    await this.#own.allArrived(AbortSignal.any([this.#signal, AbortSignal.timeout(ECHO_TIMEOUT_MS)]));
    this.#leaving = true;
  }

  async #carryOut(line: InputLine, count: number): Promise<void> {
    if (line.kind === 'tooLong')
      return this.#fail(usage(`the line is longer than ${INPUT_LINE_MAX_BYTES} bytes`), count);
    const parsed = parseLine(line.text);
    if (parsed.kind === 'empty') return;
    if (parsed.kind === 'error') return this.#fail(usage(parsed.message), count, line.text);
    const { command } = parsed;
    if (command.kind === 'send') return this.#send(command, count);
    await this.#echo([`> ${sanitizeLine(line.text)}`]);
    await this.#answer(this.#perform(command), count);
  }

  async #send({ target: named, text }: Extract<Command, { kind: 'send' }>, line: number): Promise<void> {
    const target = named ?? this.#lastTarget;
    if (target === undefined) return this.#fail(usage(NO_TARGET), line, text);
    const { rooms, me } = this.#client;
    if (this.#io.interactive) {
      this.#aim(target);
      const shown = headed(`[${targetLabel(rooms, target)}] ${me?.name ?? ''}:`, [sanitizeLine(text)]);
      await this.#echo(this.#client.status.kind === 'online' ? shown : [...shown, WAITS]);
    }
    await this.#sender.send(target, text, (reply) => this.#answer(reply, line));
  }

  /** Undefined for what has no answer. */
  async #perform(command: Exclude<Command, { kind: 'send' }>): Promise<Reply | undefined> {
    switch (command.kind) {
      case 'help':
        return { kind: 'help' };
      case 'strict':
        this.#sender.strict = command.on;
        return { kind: 'strict', on: command.on };
      case 'quit':
        this.#leaving = true;
        return undefined;
      case 'logout':
        await this.#settledIfOnline();
        this.#leaving = true;
        await this.#client.logout();
        return undefined;
      default:
        await this.#settledIfOnline();
        return execute(this.#client, command);
    }
  }

  /** What a command sees includes what was sent before it; without a connection there is nothing to wait for. */
  async #settledIfOnline(): Promise<void> {
    if (this.#client.status.kind === 'online') await this.#sender.settled();
  }

  /** Never rejects. */
  async #answer(pending: Promise<Reply | undefined>, line: number): Promise<void> {
    try {
      const reply = await pending;
      if (reply === undefined) return;
      if (failedForSome(reply)) this.#failures += 1;
      await this.#io.print(this.#presenter.reply(reply, line));
      if (this.#io.interactive) this.#aim(targetAfter(reply, this.#lastTarget));
    } catch (error) {
      // After leaving, what is still under way is cut off and stays in the outbox.
      if (this.#signal.aborted) return;
      await this.#fail(error instanceof LineError ? usage(error.message) : { kind: 'error', error }, line);
    }
  }

  async #fail(failure: Failure, line: number, typed?: string): Promise<void> {
    this.#failures += 1;
    if (typed !== undefined) await this.#echo([`> ${sanitizeLine(typed)}`]);
    const lines = this.#presenter.failure(failure, this.#io.interactive ? undefined : line);
    await (this.#presenter.failuresOn === 'output' ? this.#io.print(lines) : this.#io.complain(lines));
  }

  /** Where text alone goes from now on; the prompt says so, by name as soon as the name is known. */
  #aim(target: Target | undefined): void {
    this.#lastTarget = target;
    this.#io.setPrompt(targetPrompt(this.#client.rooms, target));
  }

  /** Stands in for the line that was typed. */
  async #echo(lines: readonly string[]): Promise<void> {
    if (this.#io.interactive) await this.#io.print(lines);
  }
}

/** Whoever enters a room talks there next: what follows must not go to where the last message went. */
function targetAfter(reply: Reply, last: Target | undefined): Target | undefined {
  if (reply.kind === 'joined' || reply.kind === 'created') return { kind: 'room', room: reply.room.number };
  return reply.kind === 'left' && last?.kind === 'room' ? undefined : last;
}

const usage = (message: string): Failure => ({ kind: 'usage', message });

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
