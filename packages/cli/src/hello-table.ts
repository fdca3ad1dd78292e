/** `sotto hello --all`: every transport in one table, and once what is the same over all of them (T15). */
import type { HelloReport } from '@sotto/client';
import { errorText, sanitizeLine, table } from '@sotto/terminal';
import type { Standing } from './known-servers.ts';

/** What came of asking over one transport. `port` 0 or left out: not known. */
export type Answer = { transport: string; port?: number } & (
  | { report: HelloReport; identity: Standing }
  | { error: unknown }
);
type Reached = Extract<Answer, { report: HelloReport }>;

export const IDENTITY: Readonly<Record<Standing, string>> = {
  known: 'as known here',
  new: 'new here',
  changed: 'CHANGED: not the one known here; `sotto trust` shows that one',
};

const HEADINGS = ['transport', 'port', 'reachable', 'handshake', 'round trip', 'loss', 'group', 'cipher'];
/** What a runtime does not tell. */
const UNKNOWN = '-';

export function comparisonLines(answers: readonly Answer[]): readonly string[] {
  const reached = answers.filter(isReached);
  const facts = reached.length === 0 ? [] : ['', ...table(commonRows(reached))];
  return [...table([HEADINGS, ...answers.map(answerRow)]), ...facts];
}

/** Where the transports do not show the same server: one of them is somebody else. */
export function comparisonWarnings(answers: readonly Answer[]): readonly string[] {
  const shown = answers.filter(isReached).filter(({ report }) => report.fingerprint !== '');
  if (new Set(shown.map(({ report }) => report.fingerprint)).size < 2) return [];
  return [
    'sotto: WARNING: not every transport shows the same identity. Either several servers are behind these ports, or somebody stands between you and one of them.',
    ...table(shown.map(({ transport, report }) => [`  ${transport}`, report.fingerprint])),
  ];
}

const isReached = (answer: Answer): answer is Reached => 'report' in answer;

function answerRow(answer: Answer): readonly string[] {
  const port = answer.port ? `${answer.port}` : UNKNOWN;
  if (!isReached(answer)) return [answer.transport, port, 'no', errorText(answer.error)];
  const { handshakeMs, roundTripMs, medianRoundTripMs, path, group, cipher } = answer.report;
  return [
    answer.transport,
    port,
    'yes',
    `${handshakeMs.toFixed(1)} ms`,
    `${roundTripMs.toFixed(2)} / ${medianRoundTripMs.toFixed(2)} ms`,
    path === undefined ? UNKNOWN : `${(path.loss * 100).toFixed(1)} %`,
    group || UNKNOWN,
    cipher || UNKNOWN,
  ];
}

function commonRows(reached: readonly Reached[]): readonly (readonly string[])[] {
  const once = (fact: (answer: Reached) => string) => [...new Set(reached.map(fact))].join('; ');
  return [
    ['server', once(({ report }) => `${sanitizeLine(report.server)}, protocol ${report.protocolVersion}`)],
    ['fingerprint', once(({ report }) => report.fingerprint)],
    ['identity', once(({ identity }) => IDENTITY[identity])],
    ['registration', once(({ report }) => report.registration)],
  ];
}
