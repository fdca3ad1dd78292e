/** From a route to a connection on which the two sides have agreed how to talk, and the client knows to whom. */
import { type FrameMessage, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { VerifyCertificate } from '@sotto/transport';
import type { Environment, Route } from '../environment.ts';
import { Link } from './link.ts';

export interface Opened {
  link: Link;
  route: Route;
  welcome: FrameMessage<'welcome'>;
  /** SHA-256 of Hello and Welcome: what login proofs cover [BIND-2]. */
  transcriptHash: Uint8Array;
}

export interface OpenOptions {
  agent: string;
  verify: VerifyCertificate;
  environment: Environment;
}

/** Throws DialError or SottoError; nothing stays open then. */
export async function open(route: Route, options: OpenOptions, signal: AbortSignal): Promise<Opened> {
  const { clock, sha256 } = options.environment;
  let link: Link | undefined;
  await route.dial({
    host: route.host,
    port: route.port,
    verify: options.verify,
    signal,
    events: (connection) => {
      link = new Link(connection, clock);
      return link.events;
    },
  });
  if (link === undefined) throw new Error(`${route.transport} connected without saying so`);
  const opened = link;
  const abort = () => opened.close();
  signal.addEventListener('abort', abort, { once: true });
  try {
    const welcome = await opened.hello(options.agent);
    checkCertificate(opened, welcome);
    const transcriptHash = await sha256(opened.transcript);
    signal.throwIfAborted();
    return { link: opened, route, welcome, transcriptHash };
  } catch (error) {
    opened.close(error instanceof Error ? error : undefined);
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** The server names the certificate it shows; another one here means that somebody stands between [TRUST-4]. */
function checkCertificate(link: Link, welcome: FrameMessage<'welcome'>): void {
  const seen = link.connection.security.certificateSha256;
  if (seen.length === 0) return;
  const named = welcome.certificateSha256;
  if (seen.length !== named.length || seen.some((byte, index) => byte !== named[index])) {
    throw new SottoError(
      ErrorCode.DOWNGRADE_DETECTED,
      "the server's certificate is not the one this side saw",
    );
  }
}
