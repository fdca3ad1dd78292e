import { describe, expect, test } from 'bun:test';
import { connect, createSecureContext, TLSSocket } from 'node:tls';
import { ALPN, EXPORTER_BYTES, EXPORTER_LABEL } from '@sotto/protocol';
import type { Exporter, StartTls, TlsEngine } from '@sotto/protocol/udp';
import type { TlsIdentity } from '../contract.ts';
import { IDENTITY_KINDS, testIdentity } from '../testing/identity.ts';
import { pinned } from '../testing/network-harness.ts';
import { noise } from '../testing/raw.ts';
import { Tickets } from './tickets.ts';
import { runTls } from './tls.ts';
import { clientTlsOf, type TlsClientOptions } from './tls-client.ts';
import { serverTls } from './tls-server.ts';

const CONTEXT = new Uint8Array(32).fill(3);
const identity = await testIdentity();
const begin = serverTls(identity);

interface Side {
  /** What it exported, or why it failed. */
  outcome: Promise<{ keys: string; exporter: Exporter } | string>;
  /** Everything it wrote. */
  output: Uint8Array[];
  engine: TlsEngine;
}

/** Starts a side; what it writes goes to `deliver`, later and in order. */
function side(start: StartTls, deliver: (bytes: Uint8Array) => void): Side {
  const { promise, resolve } = Promise.withResolvers<Awaited<Side['outcome']>>();
  const output: Uint8Array[] = [];
  const engine = start({
    output(bytes) {
      output.push(bytes);
      queueMicrotask(() => deliver(bytes));
    },
    complete: (exporter) =>
      resolve({ keys: Buffer.from(exporter(64, 'EXPORTER-sotto-udp', CONTEXT)).toString('hex'), exporter }),
    failed: resolve,
  });
  return { outcome: promise, output, engine };
}

/** Both sides with `change` between them. */
function handshake(client: StartTls, server = begin, change = (bytes: Uint8Array) => bytes) {
  const serverSide: Side = side(server, (bytes) => clientSide.engine.receive(change(bytes)));
  const clientSide: Side = side(client, (bytes) => serverSide.engine.receive(change(bytes)));
  return { client: clientSide, server: serverSide };
}

const options = (more: Partial<TlsClientOptions> = {}): TlsClientOptions => ({
  host: '127.0.0.1',
  port: 20001,
  verify: pinned(identity),
  ...more,
});
const freshTickets = () => new Tickets(() => 0);
const clientOf = (more: Partial<TlsClientOptions> = {}, tickets = freshTickets()) =>
  clientTlsOf(options(more), tickets);

/** A client of its own making: another ALPN name, another version. */
const rawClient =
  (more: Parameters<typeof connect>[0]): StartTls =>
  (events) =>
    runTls(
      {
        open: (records) => connect({ socket: records, rejectUnauthorized: false, ...more }),
        completion: 'secureConnect',
        givesTickets: false,
        check: () => {},
      },
      events,
    );

async function completed(side: Side): Promise<{ keys: string; binding: string }> {
  const outcome = await side.outcome;
  if (typeof outcome === 'string') throw new Error(outcome);
  const binding = outcome.exporter(EXPORTER_BYTES, EXPORTER_LABEL, undefined);
  return { keys: outcome.keys, binding: Buffer.from(binding).toString('hex') };
}

describe('TLS without a network', () => {
  test.each([...IDENTITY_KINDS])(
    '[SHAKE-3] [SHAKE-9] T3: both ends export the same with an identity of %s',
    async (kind) => {
      const own = await testIdentity(kind);
      const dialled = clientOf({ verify: pinned(own) });
      const pair = handshake(dialled.start, serverTls(own));
      const atClient = await completed(pair.client);
      expect(await completed(pair.server)).toEqual(atClient);
      pair.server.engine.close();
      expect(atClient.keys).toHaveLength(128);
      expect(atClient.binding).toHaveLength(64);
      expect(atClient.keys).not.toContain(atClient.binding);
      expect(dialled.certificateSha256).toEqual(own.certificateSha256);
      pair.client.engine.close();
    },
  );

  test('[SHAKE-3] T3: the last word of the client waits until its check has passed, and is not said when it fails', async () => {
    const checked = Promise.withResolvers<void>();
    const { client, server } = handshake(clientOf({ verify: () => checked.promise }).start);
    let established = false;
    void server.outcome.then(() => {
      established = true;
    });
    await new Promise((next) => setTimeout(next, 50));
    expect([client.output.length > 0, server.output.length > 0, established]).toEqual([true, true, false]);
    const hello = client.output.length;
    checked.reject(new Error('not this one'));
    expect(await client.outcome).toContain('not this one');
    await new Promise((next) => setTimeout(next, 20));
    expect([client.output.length, established]).toEqual([hello, false]);
    server.engine.close();
  });

  test('[SHAKE-3] T3: X25519MLKEM768 is offered and taken without being asked for', async () => {
    const { client, server } = handshake(clientOf().start);
    await Promise.all([completed(client), completed(server)]);
    // RFC 8446 section 4.2.8: the hybrid share of a client has 1,216 bytes, that of a server 1,120.
    const [hello] = client.output;
    const [reply] = server.output;
    expect(hello?.length).toBeGreaterThan(1_216);
    expect(Buffer.from(reply ?? []).readUInt16BE(3)).toBeGreaterThan(1_120);
    client.engine.close();
    server.engine.close();
  });

  test('[SHAKE-3] T3: another ALPN name, none, and TLS 1.2 are refused in words', async () => {
    for (const [more, words] of [
      [{ ALPNProtocols: ['h2'] }, /alpn|application_protocol|sotto\/1/i],
      [{}, /sotto\/1/i],
      [{ ALPNProtocols: [ALPN], maxVersion: 'TLSv1.2' }, /version|protocol/i],
    ] as const) {
      const { client, server } = handshake(rawClient(more as Parameters<typeof connect>[0]));
      expect(await server.outcome).toMatch(words);
      client.engine.close();
    }
  });

  test('[SHAKE-3] T3: a server without our ALPN name is left', async () => {
    const secureContext = createSecureContext({ cert: identity.certificate, key: identity.privateKey });
    const other: StartTls = (events) =>
      runTls(
        {
          open: (records) => new TLSSocket(records, { isServer: true, secureContext }),
          completion: 'secure',
          givesTickets: true,
          check: () => {},
        },
        events,
      );
    const dialled = clientOf();
    const { client, server } = handshake(dialled.start, other);
    expect(await client.outcome).toContain('is not a Sotto server');
    expect(dialled.refusal).toMatchObject({ name: 'DialError', reason: 'malformed' });
    server.engine.close();
  });

  test('[SHAKE-3] T18: a certificate that is not accepted ends the handshake with the reason of who refused', async () => {
    const cause = new Error('pinned otherwise');
    const dialled = clientOf({
      verify: () => {
        throw cause;
      },
    });
    const { client, server } = handshake(dialled.start);
    expect(await client.outcome).toBe('the identity of 127.0.0.1:20001 is not trusted: pinned otherwise');
    expect(dialled.refusal).toMatchObject({ name: 'DialError', reason: 'untrusted', cause });
    server.engine.close();
  });

  test('T18: an authority that signed the certificate makes it authorized, for its own names alone', async () => {
    const authorized = async (host: string, authorities?: string) => {
      let seen: boolean | undefined;
      const verify: TlsClientOptions['verify'] = (certificate) => {
        seen = certificate.authorized;
      };
      const more = authorities === undefined ? {} : { authorities };
      const { client, server } = handshake(clientOf({ host, verify, ...more }).start);
      await Promise.all([client.outcome, server.outcome]);
      client.engine.close();
      server.engine.close();
      return seen;
    };
    expect(await authorized('localhost', identity.certificate)).toBe(true);
    expect(await authorized('127.0.0.1', identity.certificate)).toBe(true);
    expect(await authorized('127.0.0.2', identity.certificate)).toBe(false);
    expect(await authorized('elsewhere.example', identity.certificate)).toBe(false);
    expect(await authorized('localhost')).toBe(false);
  });
});

describe('TLS against hostile bytes', () => {
  test('T3: noise, mutated flights and cut ones fail in words or wait; nothing throws', async () => {
    const make = noise(5);
    const { client, server } = handshake(clientOf().start);
    await Promise.all([client.outcome, server.outcome]);
    const [hello = new Uint8Array(0)] = client.output;
    client.engine.close();
    server.engine.close();
    let failures = 0;
    for (let round = 0; round < 200; round++) {
      const bytes =
        round % 4 === 0 ? make(1 + round * 7) : hello.slice(0, round % 4 === 1 ? round * 5 : undefined);
      const place = make(2);
      const at = ((place[0] ?? 0) * 256 + (place[1] ?? 0)) % bytes.length;
      if (round % 4 > 1) bytes[at] = (bytes[at] ?? 0) ^ (1 + (round % 255));
      const victim = side(begin, () => {});
      victim.engine.receive(bytes);
      const outcome = await Promise.race([
        victim.outcome,
        new Promise((next) => setTimeout(next, 0, undefined)),
      ]);
      if (typeof outcome === 'string') failures += 1;
      else expect(outcome).toBeUndefined();
      victim.engine.close();
      victim.engine.close();
      victim.engine.receive(bytes);
    }
    expect(failures).toBeGreaterThan(40);
  });

  test('[SHAKE-5] T3: whoever changes a flight on the way finds no handshake at the other end', async () => {
    for (const at of [20, 300, 1_300]) {
      const { client, server } = handshake(clientOf().start, begin, (bytes) => {
        const changed = bytes.slice();
        if (changed.length > at) changed[at] = (changed[at] ?? 0) ^ 1;
        return changed;
      });
      const outcomes = await Promise.race([client.outcome, server.outcome]);
      expect(typeof outcomes).toBe('string');
      client.engine.close();
      server.engine.close();
    }
  });

  test('nothing is said inside a call but output and failures, and nothing at all after close', async () => {
    const said: string[] = [];
    let inside = false;
    const note = (what: string) => () => said.push(inside ? `${what} inside` : what);
    const victim = begin({ output: () => {}, complete: note('complete'), failed: note('failed') });
    victim.close();
    inside = true;
    victim.receive(noise(1)(300));
    inside = false;
    await new Promise((next) => setTimeout(next, 5));
    expect(said).toEqual([]);
    const order: string[] = [];
    const pair = {
      server: begin({
        output: (bytes) => queueMicrotask(() => pair.client.receive(bytes)),
        complete: () => order.push(inside ? 'inside' : 'complete'),
        failed: (message) => order.push(message),
      }),
      client: clientOf().start({
        output: (bytes) =>
          queueMicrotask(() => {
            inside = true;
            pair.server.receive(bytes);
            inside = false;
          }),
        complete: () => order.push('client'),
        failed: (message) => order.push(message),
      }),
    };
    while (order.length < 2) await new Promise((next) => setTimeout(next, 1));
    expect(order.sort()).toEqual(['client', 'complete']);
    pair.client.close();
    pair.server.close();
  });
});

describe('session tickets', () => {
  async function dialWith(tickets: Tickets, own: TlsIdentity, server: StartTls, verify = pinned(own)) {
    const dialled = clientOf({ verify }, tickets);
    const { client, server: serverSide } = handshake(dialled.start, server);
    const outcome = await client.outcome;
    if (typeof outcome !== 'string') expect(await completed(serverSide)).toEqual(await completed(client));
    await new Promise((next) => setTimeout(next, 5));
    const bytes = serverSide.output.reduce((sum, part) => sum + part.length, 0);
    client.engine.close();
    serverSide.engine.close();
    return { outcome, bytes, dialled };
  }

  test('[SHAKE-8] [SHAKE-10] T3: a client goes on with a session; the certificate of its beginning is judged again', async () => {
    const tickets = freshTickets();
    const own = await testIdentity('RSA');
    const server = serverTls(own);
    const first = await dialWith(tickets, own, server);
    const second = await dialWith(tickets, own, server);
    // No certificate and no signature are sent any more.
    expect(first.bytes - second.bytes).toBeGreaterThan(500);
    expect(second.dialled.certificateSha256).toEqual(own.certificateSha256);
    const refused = await dialWith(tickets, own, server, pinned(identity));
    expect(refused.outcome).toContain('is not trusted');
  });

  test('[SHAKE-10] T18: another server gets nothing out of a ticket', async () => {
    const tickets = freshTickets();
    await dialWith(tickets, identity, begin);
    const other = await testIdentity();
    const impostor = await dialWith(tickets, identity, serverTls(other));
    expect(impostor.outcome).toContain('another certificate');
  });

  test('[SHAKE-10] T3: tickets are used once, for an hour, for the server and authorities they are of', () => {
    let now = 0;
    const tickets = new Tickets(() => now);
    const certificate = { sha256: new Uint8Array(32), authorized: true, problem: '' };
    const ticket = (seenAt: number) => ({ session: Buffer.alloc(1), certificate, seenAt });
    const owner = { host: 'a', port: 1 };
    for (let count = 0; count < 5; count++) tickets.keep(owner, ticket(0));
    expect(tickets.take({ ...owner, authorities: 'x' })).toBeUndefined();
    expect(tickets.take({ ...owner, port: 2 })).toBeUndefined();
    expect(tickets.take(owner)).toBeDefined();
    now = 3_600_000;
    expect(tickets.take(owner)).toBeUndefined();
    expect(tickets.take(owner)).toBeUndefined();
    for (let port = 0; port < 100; port++) tickets.keep({ host: 'b', port }, ticket(now));
    expect(tickets.take({ host: 'b', port: 0 })).toBeUndefined();
    expect(tickets.take({ host: 'b', port: 99 })).toBeDefined();
  });
});
