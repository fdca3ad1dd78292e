/** `node:quic` itself, for tests of what a peer may do that is not ours. */
import { createSocket } from 'node:dgram';
import { SocketAddress } from 'node:net';
import type { QuicSession, QuicStream, SessionOptions } from 'node:quic';
import { ALPN } from '@sotto/protocol';
import { loadQuic } from '../quic/runtime.ts';
import { CLIENT_CREDIT, sessionOptions } from '../quic/settings.ts';

const HOST = '127.0.0.1';

export interface RawSession {
  session: QuicSession;
  /** How it ended: what the runtime says, or undefined for an end without an error. */
  over: Promise<unknown>;
  /** Opens a stream that tells of nothing that becomes of it. */
  open(): Promise<QuicStream>;
  close(): Promise<void>;
}

/** Connects without any judgement, and without waiting for the handshake. */
export async function rawSession(port: number, options: SessionOptions = {}): Promise<RawSession> {
  const { QuicEndpoint, connect } = await loadQuic();
  const endpoint = new QuicEndpoint({
    address: new SocketAddress({ address: HOST, family: 'ipv4', port: 0 }),
  });
  const session = await connect(new SocketAddress({ address: HOST, family: 'ipv4', port }), {
    ...sessionOptions(CLIENT_CREDIT),
    alpn: ALPN,
    verifyPeer: 'manual',
    endpoint,
    onstream: () => {},
    ...options,
  });
  session.opened.catch(() => {});
  const over = session.closed.then(
    () => undefined,
    (error: unknown) => error,
  );
  return {
    session,
    over,
    async open() {
      const stream = await session.createUnidirectionalStream();
      stream.closed.catch(() => {});
      return stream;
    },
    async close() {
      session.destroy(undefined, { code: 0x100, type: 'application' });
      await endpoint.close();
    },
  };
}

/** The first datagrams of as many clients, which nobody answered. */
export async function firstFlights(clients: number): Promise<Uint8Array[][]> {
  const nobody = createSocket('udp4');
  await new Promise<void>((resolve) => nobody.bind(0, HOST, resolve));
  const flights = new Map<number, Uint8Array[]>();
  nobody.on('message', (datagram, { port }) => {
    const flight = flights.get(port) ?? [];
    flights.set(port, [...flight, new Uint8Array(datagram)]);
  });
  const opened: RawSession[] = [];
  for (let count = 0; count < clients; count++) opened.push(await rawSession(nobody.address().port));
  // A hello with X25519MLKEM768 takes two datagrams.
  const isWhole = () => [...flights.values()].filter((flight) => flight.length >= 2).length === clients;
  while (!isWhole()) await new Promise((next) => setTimeout(next, 1));
  await Promise.all(opened.map((client) => client.close()));
  nobody.close();
  return [...flights.values()].map((flight) => flight.slice(0, 2));
}
