/** The figures of a run as tables in Markdown, as README.md has them. */
import { at } from './fan-out.ts';
import { type Figures, IN_FLIGHT } from './history-measure.ts';
import { MESSAGES, ROOMS, type Seeded } from './history-seed.ts';

export function report(seeded: Seeded, figures: Figures): string {
  const { start, login, readerLogin, opening, around, searches, appendsAlone, appendsBeside } = figures;
  const rooms = seeded.askers.slice(0, 3).map((asker) => `in ${asker.rooms} rooms`);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line([
      `${MESSAGES.toLocaleString('en-US')} messages in ${ROOMS.toLocaleString('en-US')} rooms`,
      'median',
      'p95',
    ]),
    line(['---', '---', '---']),
    line(['start-up, process to listening', ms(start.medianMs), ms(start.p95Ms)]),
    line([
      `login to ${at(seeded.askers, 2).rooms} rooms, nothing read in any`,
      ms(login.medianMs),
      ms(login.p95Ms),
    ]),
    line([
      `login to ${at(seeded.askers, 3).rooms} rooms, 20 unread in each`,
      ms(readerLogin.medianMs),
      ms(readerLogin.p95Ms),
    ]),
    line([
      `opening the room with 100,000: ${opening.events} messages, ${kib(opening.bytes)}`,
      ms(opening.medianMs),
      ms(opening.p95Ms),
    ]),
    line(['a history page around any message of it', ms(around.medianMs), ms(around.p95Ms)]),
    '',
    line(['search: median, p95 (hits on the page)', ...rooms]),
    line(['---', ...rooms.map(() => '---')]),
    ...Object.entries(searches).map(([name, row]) =>
      line([name, ...row.map((of) => `${ms(of.medianMs)}, ${ms(of.p95Ms)} (${of.hits.toFixed(1)})`)]),
    ),
    '',
    `Appends, ${IN_FLIGHT} in flight: ${whole(appendsAlone.perSecond)}/s; ${whole(appendsBeside.perSecond)}/s beside searches, which then take ${ms(appendsBeside.beside.medianMs)}, p95 ${ms(appendsBeside.beside.p95Ms)}.`,
    `Database: ${whole(figures.bytes / 1024 ** 2)} MiB; written in ${whole(seeded.appendSeconds)} s, indexed in ${whole(seeded.indexSeconds)} s.`,
  ].join('\n');
}

const ms = (value: number): string => `${value.toFixed(1)} ms`;
const kib = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`;
const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
