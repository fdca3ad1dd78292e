import { ClientClosed, type ClientEvent, type Sent, type SentDirect, type SottoClient } from '@sotto/client';
import { sanitizeLine } from '../sanitize.ts';
import { AnswerArea } from './answers/area.ts';
import { type ShowAbove, shareAbove } from './board.ts';
import { type Command, LineError, type Target } from './command.ts';
import type { Known } from './complete.ts';
import { type Context, messageMeant } from './context.ts';
import { isCalled, targetLabel, targetPrompt } from './conversations.ts';
import { Display } from './display.ts';
import { conversationOf, DraftKeeper, targetOf } from './drafts.ts';
import { execute, type Request } from './execute/index.ts';
import { FileArea } from './files/area.ts';
import type { LocalFiles } from './files/local.ts';
import { INPUT_LINE_MAX_BYTES, type InputLine, type LineIo } from './io.ts';
import { asSending, isAtOnce, isCommand, type SendingRequest } from './line-kinds.ts';
import { aborted, isEnd, isNotFound, reachedNobody, targetAfter } from './outcomes.ts';
import { OwnMessages } from './own-messages.ts';
import { parseLine } from './parse/parse.ts';
import { Patience } from './patience.ts';
import { type Failure, failedForSome, type Presenter, type Reply, type Surroundings } from './reply.ts';
import { Seen } from './seen.ts';
import { type Outgoing, Sender } from './sender.ts';
import { statusReply } from './status.ts';
import { WAITS } from './text/connection.ts';
import { checkHelp } from './text/help.ts';
import { headed } from './text/messages.ts';
import { tellTyping } from './typing.ts';

export interface LineClient {
  /** Signed in. */
  client: SottoClient;
  /** Asked for before signing in, so that nothing is missed. */
  events: AsyncIterable<ClientEvent>;
  io: LineIo;
  presenter: Presenter;
  /** Leave now; what is not acknowledged stays in the outbox. */
  signal: AbortSignal;
  /** Without them, no file is sent or saved. */
  files?: LocalFiles;
  /** What an assistant translates into where nothing else is asked for: "German". English by default. */
  language?: string;
  /** Called once, with what completion may look at from then on. */
  known?: (known: () => Known) => void;
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
const NO_TARGET =
  'to whom? Start with "0: " for everyone, "2: " or "alice: " for a person, "#room: " for a room';
const HINT = '* Type "0: hello" to talk to everyone. /help lists everything else.';

/** Reads commands and shows events until the input ends, somebody leaves, or the client stops. Does not close the client. */
export function runLineClient(options: LineClient): Promise<LineEnd> {
  return new LineSession(options).run();
}

type ProgramRequest = Extract<Command, { kind: 'program' }>['request'];

class LineSession {
  readonly #client: SottoClient;
  readonly #events: AsyncIterable<ClientEvent>;
  readonly #io: LineIo;
  readonly #presenter: Presenter;
  readonly #signal: AbortSignal;
  readonly #own = new OwnMessages();
  readonly #seen = new Seen();
  readonly #sender: Sender;
  readonly #patience: Patience;
  readonly #display: Display;
  readonly #files: FileArea;
  readonly #answers: AnswerArea;
  readonly #drafts: DraftKeeper | undefined;
  readonly #around: Surroundings & { numbers: boolean; loggingOut: boolean };
  readonly #context: Context;
  /** Where one is: what is written last went there, or it was entered. In a terminal, text alone goes there. */
  #target: Target | undefined;
  #failures = 0;
  /** What is done about the last line. */
  #answered: Promise<void> = Promise.resolve();
  #leaving = false;

  constructor({ client, events, io, presenter, signal, files, language, known }: LineClient) {
    this.#client = client;
    this.#events = events;
    this.#io = io;
    this.#presenter = presenter;
    this.#signal = signal;
    this.#sender = new Sender(client, this.#own);
    this.#drafts = io.seat === undefined ? undefined : new DraftKeeper(client, io.seat);
    this.#around = {
      numbers: false,
      loggingOut: false,
      isBlocked: (user) => client.account.settings.isBlocked(user),
      find: (room, sequence) => this.#seen.find(room.number, sequence),
    };
    this.#context = {
      client,
      seen: this.#seen,
      here: undefined,
      questions: io.seat?.questions,
      next: undefined,
    };
    this.#display = new Display({
      client,
      io,
      presenter,
      own: this.#own,
      seen: this.#seen,
      around: this.#around,
      onEvent: (event) => this.#follow(event),
    });
    this.#patience = new Patience(client, (line) => this.#io.print([line]));
    const place = shareAbove(io.seat);
    this.#answers = this.#openAnswers(place(), language);
    this.#files = this.#openFiles(files, place());
    known?.(() => ({ rooms: client.rooms, people: this.#seen.names }));
  }

  #openAnswers(show: ShowAbove | undefined, language = 'English'): AnswerArea {
    return new AnswerArea({
      context: this.#context,
      io: this.#io,
      presenter: this.#presenter,
      signal: this.#signal,
      show,
      language,
      isBlocked: ({ assistant }) => this.#around.isBlocked(assistant.number),
      send: async (question, line) => {
        if (this.#target === undefined) this.#aim(question.target);
        await this.#send(question, line);
      },
      onFailed: () => {
        this.#failures += 1;
      },
    });
  }

  #openFiles(local: LocalFiles | undefined, show: ShowAbove | undefined): FileArea {
    return new FileArea({
      client: this.#client,
      context: this.#context,
      io: this.#io,
      presenter: this.#presenter,
      own: this.#own,
      show,
      local,
      signal: this.#signal,
      strict: () => this.#sender.strict,
      onFailed: ({ direction, where }, error) => {
        this.#failures += 1;
        if (direction === 'send' && isNotFound(error)) this.#aimAwayFrom(where);
      },
      onSent: ({ where }, sent) => {
        this.#noteSent(sent, undefined);
        if (reachedNobody(sent)) this.#aimAwayFrom(where);
      },
    });
  }

  async run(): Promise<LineEnd> {
    await this.#printStart();
    const end = await Promise.race([
      this.#display.show(this.#events),
      this.#readLines(),
      aborted(this.#signal),
    ]);
    this.#files.stop();
    this.#answers.stop();
    // What ended it may have been a command, as deleting the account is: its answer is still to be shown.
    if (end?.kind === 'stopped')
      await Promise.race([this.#answered, aborted(AbortSignal.timeout(ECHO_TIMEOUT_MS))]);
    const reason = end?.kind === 'stopped' && !this.#leaving ? end.reason : undefined;
    if (this.#client.status.kind !== 'stopped') this.#drafts?.keep(this.#target);
    return { kind: reason === undefined ? 'left' : 'stopped', reason, failures: this.#failures };
  }

  async #printStart(): Promise<void> {
    const { me, status, rooms, outboxSize } = this.#client;
    if (me === undefined) throw new Error('the line client needs a client that is signed in');
    this.#seen.meet(me);
    await this.#io.print(this.#presenter.started({ me, connection: status, rooms, outbox: outboxSize }));
    const draft = this.#drafts?.offer();
    await this.#echo([...(draft?.lines ?? []), HINT]);
    this.#aim(draft?.room === undefined ? undefined : targetOf(draft.room));
    this.#display.watchPresence();
    if (this.#io.seat !== undefined && this.#drafts !== undefined)
      tellTyping(this.#client, this.#io.seat, this.#drafts, () => this.#target);
    await this.#files.goOn();
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
    await this.#files.settled();
    await this.#answers.settled();
    await this.#client.flushed(this.#signal);
    await this.#own.allArrived(AbortSignal.any([this.#signal, AbortSignal.timeout(ECHO_TIMEOUT_MS)]));
    this.#leaving = true;
  }

  async #carryOut(line: InputLine, count: number): Promise<void> {
    if (line.kind === 'tooLong')
      return this.#fail(usage(`the line is longer than ${INPUT_LINE_MAX_BYTES} bytes`), count);
    if (await this.#takeDropped(line.text, count)) return;
    const parsed = parseLine(line.text);
    if (parsed.kind === 'empty') return;
    if (parsed.kind === 'error') {
      const problem = await this.#files.whyNotDropped(line.text);
      return this.#fail(usage(problem ?? parsed.message), count, line.text);
    }
    const { command } = parsed;
    if (command.kind === 'send') return this.#say(command, count);
    await this.#echo([`> ${sanitizeLine(line.text)}`]);
    this.#answered = this.#answer(this.#perform(command, count), count);
    await this.#answered;
  }

  /** The path of a file alone is no message: somebody dropped it there. */
  async #takeDropped(text: string, line: number): Promise<boolean> {
    const files = isCommand(text) ? [] : await this.#files.dropped(text);
    if (files.length === 0) return false;
    await this.#echo([`> ${sanitizeLine(text)}`]);
    await this.#answer(this.#files.offerDropped(files, line), line);
    return true;
  }

  async #say({ target: named, text }: Extract<Command, { kind: 'send' }>, line: number): Promise<void> {
    const target = named ?? (this.#io.interactive ? this.#target : undefined);
    if (target === undefined) return this.#fail(usage(NO_TARGET), line, text);
    const { rooms, me } = this.#client;
    this.#aim(target);
    const isOnline = this.#client.status.kind === 'online';
    // With numbers it is shown once it has its own.
    const shown = this.#io.interactive && !(this.#around.numbers && isOnline);
    if (shown) {
      const lines = headed(`[${targetLabel(rooms, target)}] ${me?.name ?? ''}:`, [sanitizeLine(text)]);
      await this.#echo(isOnline ? lines : [...lines, WAITS]);
    }
    await this.#send({ target, text, shown }, line);
  }

  async #send(message: Outgoing, line: number): Promise<void> {
    const watch = (reply: Promise<Reply>) =>
      this.#io.interactive ? this.#patience.watch(reply, message.target) : reply;
    await this.#sender.send(message, (reply) => this.#answer(watch(reply), line, message));
    this.#drafts?.sent(message.target);
  }

  /** Undefined for what has no answer. */
  async #perform(command: Exclude<Command, { kind: 'send' }>, line: number): Promise<Reply | undefined> {
    if (command.kind === 'program') return this.#performOwn(command.request);
    if (!isAtOnce(command)) await this.#settledIfOnline();
    if (command.kind === 'assistants') return this.#answers.perform(command.request, line);
    if (command.kind === 'files') return this.#files.perform(command.request, line);
    const sending = asSending(command);
    if (sending !== undefined) return this.#sendAbout(sending, line);
    return execute(this.#context, command as Request);
  }

  async #performOwn(request: ProgramRequest): Promise<Reply | undefined> {
    switch (request.kind) {
      case 'help':
        if (request.command !== undefined) checkHelp(request.command);
        return request;
      case 'strict':
        this.#sender.strict = request.on;
        return request;
      case 'numbers':
        this.#around.numbers = request.on;
        return request;
      case 'status':
        await this.#settledIfOnline();
        return statusReply(this.#client);
      case 'quit':
        this.#leaving = true;
        return undefined;
      case 'logout':
        await this.#settledIfOnline();
        this.#leaving = true;
        this.#around.loggingOut = true;
        await this.#files.forget();
        await this.#client.logout();
        return undefined;
    }
  }

  /** Answers and threads go the way of messages: in order, and kept while offline. */
  async #sendAbout(
    { kind, message, text }: SendingRequest & { text: string },
    line: number,
  ): Promise<undefined> {
    const { room, sequence } = await messageMeant(this.#context, message);
    const thread = this.#seen.find(room.number, sequence)?.thread;
    const about =
      kind === 'reply'
        ? { replyTo: sequence, ...(thread !== undefined && { thread }) }
        : { thread: thread ?? sequence };
    const outgoing = { target: { kind: 'room', room: room.number }, text, about, shown: false } as const;
    await this.#send(outgoing, line);
    if (this.#client.status.kind !== 'online') await this.#echo([WAITS]);
  }

  /** What a command sees includes what was sent before it; without a connection there is nothing to wait for. */
  async #settledIfOnline(): Promise<void> {
    if (this.#client.status.kind === 'online') await this.#sender.settled();
  }

  /** Never rejects. */
  async #answer(pending: Promise<Reply | undefined>, line: number, sent?: Outgoing): Promise<void> {
    try {
      const reply = await pending;
      if (reply === undefined) return;
      if (reply.kind === 'sent' || reply.kind === 'sentDirect') this.#noteSent(reply.sent, sent);
      await this.#io.print(this.#presenter.reply(reply, line, this.#around));
      this.#aim(targetAfter(reply, this.#target, sent));
    } catch (error) {
      if (isNotFound(error) && sent !== undefined && this.#target === sent.target) this.#aim(undefined);
      // After leaving, what is still under way is cut off and stays in the outbox.
      if (this.#signal.aborted || (this.#leaving && error instanceof ClientClosed)) return;
      // Said already, of the whole session.
      if (this.#io.interactive && isEnd(error, this.#client)) return;
      await this.#fail(error instanceof LineError ? usage(error.message) : { kind: 'error', error }, line);
    }
  }

  /** So that "my last message" is this one even before it has come back. */
  #noteSent(done: Sent | SentDirect, outgoing: Outgoing | undefined): void {
    if (failedForSome(done)) this.#failures += 1;
    const sender = this.#client.me;
    if (sender === undefined) return;
    const message = {
      sender,
      mine: true,
      text: outgoing?.text,
      file: undefined,
      thread: outgoing?.about?.thread,
      deleted: false,
    };
    const all = done.kind === 'sent' ? [done] : done.outcomes.flatMap(({ sent }) => sent ?? []);
    if (outgoing?.asks === true) for (const sent of all) this.#answers.asked(sent);
    for (const { room, sequence } of all)
      if (this.#seen.find(room, sequence) === undefined) this.#seen.note(room, { sequence, ...message });
  }

  async #fail(failure: Failure, line: number, typed?: string): Promise<void> {
    this.#failures += 1;
    if (typed !== undefined) await this.#echo([`> ${sanitizeLine(typed)}`]);
    const lines = this.#presenter.failure(failure, this.#io.interactive ? undefined : line);
    await (this.#presenter.failuresOn === 'output' ? this.#io.print(lines) : this.#io.complain(lines));
  }

  /** Commands that name no room mean this one from now on. The prompt says so, by name as soon as it is known. */
  #aim(target: Target | undefined): void {
    this.#target = target;
    this.#context.here = conversationOf(target);
    this.#answers.look(this.#context.here);
    this.#io.setPrompt(targetPrompt(this.#client.rooms, target));
  }

  /** There is nobody: what is typed next would be lost as well. */
  #aimAwayFrom(where: string): void {
    if (this.#target !== undefined && targetLabel(this.#client.rooms, this.#target) === where)
      this.#aim(undefined);
  }

  /** A room that one is put out of is no place to write in, and one may be renamed. */
  async #follow(event: ClientEvent): Promise<void> {
    await this.#answers.follow(event);
    if (event.kind !== 'roomExited' && event.kind !== 'roomChanged') return;
    const here = this.#target?.kind === 'room' ? this.#target.room : undefined;
    if (event.kind === 'roomChanged') this.#aim(this.#target);
    else if (here !== undefined && isCalled(event.room, here)) this.#aim(undefined);
  }

  /** Stands in for the line that was typed. */
  async #echo(lines: readonly string[]): Promise<void> {
    if (this.#io.interactive) await this.#io.print(lines);
  }
}

const usage = (message: string): Failure => ({ kind: 'usage', message });
