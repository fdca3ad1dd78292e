/** Connections in words. */
import type { LivePath, PathStay } from '@sotto/client';

const NAMES: Readonly<Record<string, string>> = {
  auto: 'Automatic',
  udp: 'UDP',
  quic: 'QUIC',
  tls: 'TLS',
  websocket: 'WebSocket',
};

export const transportWords = (transport: string): string => NAMES[transport] ?? transport;

const ABOUT: Readonly<Record<string, string>> = {
  auto: 'The best that works here; it changes by itself.',
  udp: 'Sotto’s own protocol: quick where packets are lost.',
  quic: 'HTTP/3’s transport: as quick, where networks know it.',
  tls: 'One encrypted stream: for networks that block UDP.',
  websocket: 'As web pages connect: passes nearly everywhere.',
};

export const aboutTransport = (transport: string): string => ABOUT[transport] ?? '';

/** What is known of the path now, each with its name. */
export function pathRows(path: LivePath): readonly (readonly [string, string])[] {
  const rows: (readonly [string, string])[] = [['Transport', transportWords(path.transport)]];
  if (path.roundTripMs !== undefined) rows.push(['Round trip', `${Math.round(path.roundTripMs)} ms`]);
  if (path.facts !== undefined) {
    rows.push(['Loss', `${(path.facts.loss * 100).toFixed(1)} %`]);
    rows.push(['On its way at once', `${Math.round(path.facts.windowBytes / 1024)} KiB`]);
  }
  rows.push(['Since', moment.format(path.since)]);
  if (path.moving) rows.push(['State', 'going over to another path']);
  else if (path.silent) rows.push(['State', 'silent: something should have been heard']);
  return rows;
}

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** "14:05:09 – 14:20:00". */
export const stayTimes = ({ since, until }: PathStay): string =>
  `${time.format(since)} – ${until === undefined ? 'now' : time.format(until)}`;
