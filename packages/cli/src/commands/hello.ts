import type { HelloReport } from '@sotto/client';
import { hello as ask, helloAll, nativeTransports, type TransportChoice } from '@sotto/client/node';
import { errorFields, jsonLine, pathText, sanitizeLine, table } from '@sotto/terminal';
import type { Arguments, Command } from '../command.ts';
import { JSON_OPTION, readTarget, SERVER_OPTIONS, type Target } from '../connection-options.ts';
import { exitFor, explain, UsageError } from '../errors.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { type Answer, comparisonLines, comparisonWarnings, IDENTITY } from '../hello-table.ts';
import { knownServers, standing } from '../known-servers.ts';
import { complain, print, type System } from '../system.ts';

export const command: Command = {
  name: 'hello',
  summary: 'Ask a server who it is, without an account.',
  positionals: [],
  options: {
    ...SERVER_OPTIONS,
    all: { description: 'Compare all transports in one table' },
    ...JSON_OPTION,
  },
  notes: [
    'Shows version, round trip, over UDP and QUIC what is known of the path, cipher, fingerprint and who may register, over each transport or the one named. Accepts any identity, since nothing secret is sent, and says whether it is the one known here.',
    'With --all, every transport is asked at once, for at most 5 s, on its own port or, where the server was given with one, on those that the server names. The round trip is the least and the median of 20.',
  ],
  run: hello,
};

async function hello(args: Arguments, system: System): Promise<number> {
  const target = readTarget(args);
  const kept = await knownServers(system).get(target.name);
  if (args.has('all')) return compare(args, target, kept, system);
  const answers: Answer[] = [];
  for (const transport of transportsOf(target)) {
    const answer = await helloOver(target, transport, kept, system);
    answers.push(answer);
    show(answer, args.has('json'), answers.length > 1, system);
  }
  return exitCode(answers);
}

/** Each by itself, so that one that does not answer is seen; a port of its own belongs to one of them. */
function transportsOf({ transport, onePort }: Target): readonly TransportChoice[] {
  return transport === 'auto' && !onePort ? nativeTransports() : [transport];
}

/** One table, or one line a transport for programs. */
async function compare(
  args: Arguments,
  { server, transport }: Target,
  kept: Uint8Array | undefined,
  system: System,
): Promise<number> {
  if (transport !== 'auto') throw new UsageError('--all and --transport exclude each other; give one');
  const found = await helloAll({ server, signal: system.leave });
  const answers: Answer[] = found.map((answer) =>
    'report' in answer ? { ...answer, identity: standing(answer.report.fingerprint, kept) } : answer,
  );
  if (args.has('json')) print(system, answers.map(answerLine));
  else {
    print(system, comparisonLines(answers));
    complain(system, comparisonWarnings(answers));
  }
  return exitCode(answers);
}

async function helloOver(
  { server }: Target,
  transport: TransportChoice,
  kept: Uint8Array | undefined,
  system: System,
): Promise<Answer> {
  try {
    const report = await ask({ server, transport, signal: system.leave });
    return { transport, report, identity: standing(report.fingerprint, kept) };
  } catch (error) {
    if (system.leave.aborted) throw error;
    return { transport, error };
  }
}

function show(answer: Answer, json: boolean, gap: boolean, system: System): void {
  if (json) print(system, [answerLine(answer)]);
  else if ('report' in answer) print(system, [...(gap ? [''] : []), ...reportLines(answer)]);
  else
    complain(
      system,
      explain(answer.error).map((line) => `sotto: ${line}`),
    );
}

/** For programs. */
function answerLine(answer: Answer): string {
  if ('report' in answer) return jsonLine('hello', { ...answer.report, identity: answer.identity });
  const { transport, port, error } = answer;
  return jsonLine('unreachable', { transport, port: port || undefined, ...errorFields(error) });
}

function reportLines({ report, identity }: Extract<Answer, { report: HelloReport }>): readonly string[] {
  return table([
    ['server', `${sanitizeLine(report.server)}, protocol ${report.protocolVersion}`],
    ['transport', report.transport],
    ['round trip', `${report.roundTripMs.toFixed(2)} ms, handshake ${report.handshakeMs.toFixed(1)} ms`],
    ...(report.path === undefined ? [] : [['path', pathText(report.path)]]),
    ['cipher', [report.tlsProtocol, report.cipher, report.group].filter(Boolean).join(' ')],
    ['fingerprint', report.fingerprint],
    ['identity', IDENTITY[identity]],
    ['registration', report.registration],
  ]);
}

/** One answer is enough; else the first failure says why. */
function exitCode(answers: readonly Answer[]): number {
  if (answers.some((answer) => 'report' in answer)) return EXIT_CODES.ok.code;
  const failed = answers.find((answer) => 'error' in answer);
  return EXIT_CODES[exitFor(failed?.error)].code;
}
