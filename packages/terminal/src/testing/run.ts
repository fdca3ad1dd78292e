import type { LocalFiles } from '../line/files/local.ts';
import { JsonPresenter } from '../line/json.ts';
import { type LineEnd, runLineClient } from '../line/session.ts';
import { TextPresenter } from '../line/text/text.ts';
import { FakeClient } from './fake-client.ts';
import { FakeIo } from './fake-io.ts';

export interface Run {
  client: FakeClient;
  io: FakeIo;
  end: LineEnd;
}

export interface RunOptions {
  interactive?: boolean;
  json?: boolean;
  client?: FakeClient;
  signal?: AbortSignal;
  files?: LocalFiles;
  /** Answers to questions, in order. */
  answers?: readonly string[];
  /** What stands in the line at the end. */
  typed?: string;
  /** Called before anything happens. */
  onIo?: (io: FakeIo) => void;
}

/** Runs the line client on these lines to its end. */
export async function run(
  lines: Iterable<string> | AsyncIterable<string>,
  options: RunOptions = {},
): Promise<Run> {
  const { interactive = false, json = false, client = new FakeClient() } = options;
  const { signal = new AbortController().signal, answers = [], typed, files } = options;
  const io = new FakeIo(lines, interactive);
  io.answers.push(...answers);
  if (typed !== undefined) io.typed = typed;
  options.onIo?.(io);
  const presenter = json ? new JsonPresenter() : new TextPresenter(() => client.outboxSize, new Date(0));
  const end = await runLineClient({
    client,
    events: client.events(signal),
    io,
    presenter,
    signal,
    ...(files !== undefined && { files }),
  });
  return { client, io, end };
}

/** Lines one by one, each after what the one before it led to has been shown. */
export async function* slowly(...lines: readonly string[]): AsyncGenerator<string> {
  for (const line of lines) {
    yield line;
    for (let turn = 0; turn < TURNS; turn++) await Promise.resolve();
  }
}

const TURNS = 100;
