import type { ClientEvent, SottoClient } from '@sotto/client';
import {
  type Completions,
  completeLine,
  JsonPresenter,
  type Known,
  type LineEnd,
  type LineIo,
  PipeIo,
  type Presenter,
  runLineClient,
  signIn,
  sinceSignIn,
  TerminalIo,
  TextPresenter,
} from '@sotto/terminal';
import type { Arguments, Command } from '../command.ts';
import {
  JSON_OPTION,
  LOGIN_OPTIONS,
  PASSWORD_OPTION,
  readLogin,
  readPassword,
  readTarget,
  SERVER_OPTIONS,
  type Target,
  TRUST_OPTIONS,
  USER_OPTION,
} from '../connection-options.ts';
import { exitFor } from '../errors.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { openLocalFiles } from '../files/local-files.ts';
import { settleTrust } from '../known-servers.ts';
import { languageOf } from '../language.ts';
import { openClient, whichUser } from '../open-client.ts';
import { withoutPrompts, withPrompts } from '../prompts.ts';
import { complain, isInteractive, print, type System } from '../system.ts';

export const command: Command = {
  name: 'chat',
  summary: 'Chat, line by line.',
  positionals: [],
  options: {
    ...SERVER_OPTIONS,
    ...USER_OPTION,
    ...PASSWORD_OPTION,
    ...LOGIN_OPTIONS,
    ...TRUST_OPTIONS,
    ...JSON_OPTION,
  },
  notes: [
    'In a terminal, what is not given is asked for. In a pipe, lines come from standard input:\n  0: text   2: text   1,3: text   alice: text   #room: text   /join #room   /send #room FILE   /help   logout',
    'Session, unsent messages and files, what was saved, and server identities are kept under $SOTTO_HOME.',
  ],
  run: chat,
};

async function chat(args: Arguments, system: System): Promise<number> {
  if (!args.has('json')) return converse(args, system, (waiting) => new TextPresenter(waiting));
  const presenter = new JsonPresenter();
  try {
    return await converse(args, system, () => presenter);
  } catch (error) {
    // For the program on standard output, besides the words on standard error.
    if (!system.leave.aborted) print(system, presenter.failure(failure(error), undefined));
    throw error;
  }
}

async function converse(
  args: Arguments,
  system: System,
  present: (waiting: () => number) => Presenter,
): Promise<number> {
  const { client, events, name, target } = await enter(args, system);
  try {
    const presenter = present(() => client.outboxSize);
    const files = await openLocalFiles(client, target, name, system);
    let known = nothingKnown;
    const end = await withIo(
      args,
      system,
      (line) => completeLine(line, { ...known(), paths: (start) => files.complete(start) }),
      (io) =>
        runLineClient({
          client,
          events,
          io,
          presenter,
          signal: system.leave,
          files,
          language: languageOf(system.environment),
          known: (now) => {
            known = now;
          },
        }),
    );
    sayWhatWaits(client.outboxSize, 'message', args, system);
    sayWhatWaits(files.uploads.all.length, 'file', args, system);
    return exitCode(end, system);
  } finally {
    await client.close();
  }
}

const nothingKnown = (): Known => ({ rooms: [], people: [] });

interface Entered {
  client: SottoClient;
  /** Of the account. */
  name: string;
  target: Target;
  /** From before signing in, so that nothing is missed. */
  events: AsyncIterable<ClientEvent>;
}

/** Finds the server, trusts it, and signs in; asks for what is not given where somebody can be asked. */
function enter(args: Arguments, system: System): Promise<Entered> {
  const target = readTarget(args);
  const password = readPassword(args, system);
  const login = readLogin(args, system);
  const withQuestions = args.has('json') ? withoutPrompts : withPrompts;
  return withQuestions(system, async (questions) => {
    const user = whichUser(args, questions);
    const trust = await settleTrust({ args, target, questions, system });
    const name = await user();
    const client = await openClient(target, trust, name, system);
    try {
      const events = client.events();
      await signIn({ client, name, password, ...login, questions, signal: system.leave });
      return { client, name, target, events: sinceSignIn(client, events) };
    } catch (error) {
      await client.close();
      throw error;
    }
  });
}

/** A terminal on both sides is a place for a person, unless a program is meant. */
async function withIo<T>(
  args: Arguments,
  system: System,
  complete: (line: string) => Completions,
  use: (io: LineIo) => Promise<T>,
): Promise<T> {
  const { input, output, errors } = system;
  if (args.has('json') || !isInteractive(system)) return use(new PipeIo({ input, output, errors }));
  const io = new TerminalIo({ input, output }, system.interrupt, complete);
  try {
    return await use(io);
  } finally {
    io.close();
  }
}

function sayWhatWaits(waiting: number, noun: 'message' | 'file', args: Arguments, system: System): void {
  if (waiting === 0 || args.has('json')) return;
  const what = waiting === 1 ? `1 ${noun} is` : `${waiting} ${noun}s are`;
  complain(system, [`sotto: ${what} kept here and will go out at the next start`]);
}

function exitCode({ reason, failures }: LineEnd, system: System): number {
  if (reason !== undefined) throw reason;
  const failed = failures > 0 && !isInteractive(system) && !system.leave.aborted;
  return failed ? EXIT_CODES.failed.code : EXIT_CODES.ok.code;
}

function failure(error: unknown): Parameters<Presenter['failure']>[0] {
  const isUsage = exitFor(error) === 'usage' && error instanceof Error;
  return isUsage ? { kind: 'usage', message: error.message } : { kind: 'error', error };
}
