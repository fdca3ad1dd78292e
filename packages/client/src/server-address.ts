/** Where a person says the server is. */
import { DEFAULT_PORTS } from '@sotto/protocol';

export interface ServerAddress {
  host: string;
  /** undefined: each transport's default. */
  port: number | undefined;
}

/** `host`, `host:port`, `[v6]`, `[v6]:port`, or a bare IPv6 address. Throws Error that names the text. */
export function parseServer(text: string): ServerAddress {
  const trimmed = text.trim().toLowerCase();
  const bare = trimmed.split(':').length > 2 && !trimmed.startsWith('[');
  const match = bare ? null : /^(?:\[([0-9a-f:.%]+)\]|([^\s:[\]/]+))(?::(\d{1,5}))?$/.exec(trimmed);
  const host = bare && /^[0-9a-f:.%]+$/.test(trimmed) ? trimmed : (match?.[1] ?? match?.[2]);
  const port = match?.[3] === undefined ? undefined : Number(match[3]);
  if (host === undefined || port === 0 || (port ?? 0) > 65_535) {
    throw new Error(
      `"${text}" is not a server address: write host or host:port, for example 127.0.0.1:${DEFAULT_PORTS.tls}`,
    );
  }
  return { host, port };
}

/** The one name under which this server's identity is remembered, whatever transport is used. */
export const serverName = ({ host, port }: ServerAddress): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port ?? DEFAULT_PORTS.tls}`;
