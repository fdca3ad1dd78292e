import type { HelloReport } from '@sotto/client';
import { hello as ask, type TransportChoice } from '@sotto/client/node';
import { errorFields, jsonLine, pathText, sanitizeLine, table } from '@sotto/terminal';
import type { Arguments, Command } from '../command.ts';
import { JSON_OPTION, readTarget, SERVER_OPTIONS, type Target } from '../connection-options.ts';
import { exitFor, explain } from '../errors.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { knownServers, type Standing, standing } from '../known-servers.ts';
import { complain, print, type System } from '../system.ts';

export const command: Command = {
  name: 'hello',
  summary: 'Ask a server who it is, without an account.',
  positionals: [],
  options: { ...SERVER_OPTIONS, ...JSON_OPTION },
  notes: [
    'Shows version, round trip, over UDP what is known of the path, cipher, fingerprint and who may register, over each transport or the one named. Accepts any identity, since nothing secret is sent, and says whether it is the one known here.',
  ],
  run: hello,
};

type Answer = { transport: TransportChoice } & (
  | { report: HelloReport; identity: Standing }
  | { error: unknown }
);

async function hello(args: Arguments, system: System): Promise<number> {
  const target = readTarget(args);
  const kept = await knownServers(system).get(target.name);
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
  return transport === 'auto' && !onePort ? ['udp', 'tls', 'websocket'] : [transport];
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
  if ('error' in answer) {
    const { transport, error } = answer;
    if (json) print(system, [jsonLine('unreachable', { transport, ...errorFields(error) })]);
    else
      complain(
        system,
        explain(error).map((line) => `sotto: ${line}`),
      );
  } else if (json) print(system, [jsonLine('hello', { ...answer.report, identity: answer.identity })]);
  else print(system, [...(gap ? [''] : []), ...reportLines(answer)]);
}

const IDENTITY: Readonly<Record<Standing, string>> = {
  known: 'as known here',
  new: 'new here',
  changed: 'CHANGED: not the one known here; `sotto trust` shows that one',
};

function reportLines({ report, identity }: Extract<Answer, { report: HelloReport }>): readonly string[] {
  return table([
    ['server', `${sanitizeLine(report.server)}, protocol ${report.protocolVersion}`],
    ['transport', report.transport],
    ['round trip', `${report.roundTripMs.toFixed(2)} ms, handshake ${report.handshakeMs.toFixed(1)} ms`],
    ...(report.path === undefined ? [] : [['path', pathText(report.path)]]),
    ['cipher', [report.tlsProtocol, report.cipher].filter(Boolean).join(' ')],
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
