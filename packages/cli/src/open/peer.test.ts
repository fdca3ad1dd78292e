import { afterAll, describe, expect, test } from 'bun:test';
import { PeerOwners, peerOwner } from './peer.ts';

const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const row = (local: string, remote: string, uid: number) =>
  `   3: ${local} ${remote} 01 00000000:00000000 00:00000000 00000000 ${uid.toString().padStart(5)}        0 12345 1 0 100 0 0 10 0`;
const table = (...rows: string[]) => [HEAD, ...rows, ''].join('\n');
const PEER = { address: '127.0.0.1', port: 0xc000 };
const V6 = '00000000000000000000000001000000';
const MAPPED = '0000000000000000FFFF00000100007F';

const servers: { stop(now: boolean): unknown }[] = [];
afterAll(() => {
  for (const server of servers) server.stop(true);
});

describe('whose a connection is', () => {
  test('[RELAY-3] C1: the row that goes from the peer to here says it', () => {
    const rows = table(
      row('0100007F:1F90', '0100007F:C000', 7),
      row('0100007F:C000', '0100007F:1F90', 1001),
      row('0100007F:C000', '0100007F:1F91', 9),
    );
    expect(peerOwner(PEER, 0x1f90, rows)).toEqual({ kind: 'user', uid: 1001 });
  });

  test('[RELAY-3] C1 T13: ports are not enough: others may have the same two between other addresses', () => {
    const rows = table(
      row('0100007F:C000', '0500007F:1F90', 1001),
      row('0100007F:C000', '0100007F:1F90', 1001),
      row('0200007F:C000', '0100007F:1F90', 666),
      row(`${V6}:C000`, `${V6}:1F90`, 5),
    );
    const ownerFrom = (address: string) => peerOwner({ address, port: 0xc000 }, 0x1f90, rows);
    expect(ownerFrom('127.0.0.1')).toEqual({ kind: 'user', uid: 1001 });
    expect(ownerFrom('127.0.0.2')).toEqual({ kind: 'user', uid: 666 });
    expect(ownerFrom('::ffff:127.0.0.2')).toEqual({ kind: 'user', uid: 666 });
    expect(ownerFrom('::1')).toEqual({ kind: 'user', uid: 5 });
    for (const address of ['127.0.0.3', '10.0.2.15', '::2', 'nonsense', ''])
      expect(ownerFrom(address)).toEqual({ kind: 'nobody' });
  });

  test.each([
    ['IPv6', V6, '::1'],
    ['IPv4 within IPv6', MAPPED, '127.0.0.1'],
  ])('[RELAY-3] C1: %s as well', (_, written, address) => {
    const rows = table(row(`${written}:C000`, `${written}:1F90`, 12));
    expect(peerOwner({ address, port: 0xc000 }, 0x1f90, rows)).toEqual({ kind: 'user', uid: 12 });
  });

  test.each([
    ['nothing', ''],
    ['connections of other addresses at the same ports', row('0A00020F:C000', '0A00020F:1F90', 0)],
    ['what only begins like one', row('0100007F:C0001', '0100007F:1F90', 0)],
    ['half a row', '3: 0100007F:C000'],
  ])('[RELAY-3] C1: %s is nobody', (_, line) => {
    expect(peerOwner(PEER, 0x1f90, table(line))).toEqual({ kind: 'nobody' });
  });

  test('[RELAY-3] C1: the second table is looked at where the first has no such connection', async () => {
    const tables = new Map([
      ['/proc/net/tcp', table(row('0100007F:C001', '0100007F:1F90', 1))],
      ['/proc/net/tcp6', table(row(`${MAPPED}:C000`, `${MAPPED}:1F90`, 2))],
    ]);
    const owners = new PeerOwners(
      () => 0,
      async (path) => tables.get(path) ?? '',
    );
    expect(await owners.ownerOf(PEER, 0x1f90)).toEqual({ kind: 'user', uid: 2 });
    expect(await owners.ownerOf({ ...PEER, port: 0xc002 }, 0x1f90)).toEqual({ kind: 'nobody' });
  });

  test('[RELAY-3] C1: without such tables nobody knows', async () => {
    const owners = new PeerOwners(
      () => 0,
      async () => {
        throw new Error('ENOENT');
      },
    );
    expect(await owners.ownerOf({ ...PEER, port: 1 }, 2)).toEqual({ kind: 'unknown' });
  });

  test('[RELAY-3] C1: what is known is soon asked again, and nobody is never remembered', async () => {
    let nowMs = 0;
    let rows = '';
    const owners = new PeerOwners(
      () => nowMs,
      async () => table(rows),
    );
    expect((await owners.ownerOf(PEER, 0x1f90)).kind).toBe('nobody');
    rows = row('0100007F:C000', '0100007F:1F90', 5);
    expect(await owners.ownerOf(PEER, 0x1f90)).toEqual({ kind: 'user', uid: 5 });
    rows = row('0100007F:C000', '0100007F:1F90', 6);
    expect(await owners.ownerOf(PEER, 0x1f90)).toEqual({ kind: 'user', uid: 5 });
    nowMs = 1_000;
    expect(await owners.ownerOf(PEER, 0x1f90)).toEqual({ kind: 'user', uid: 6 });
  });

  test.if(process.platform === 'linux')('[RELAY-3] C1: of this process, it is of this user', async () => {
    const owners = new PeerOwners(Date.now);
    const server = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: async (request, bun) =>
        Response.json(await owners.ownerOf(bun.requestIP(request) ?? PEER, bun.port ?? 0)),
    });
    servers.push(server);
    const owner = await (await fetch(`http://127.0.0.1:${server.port}/`)).json();
    expect(owner).toEqual({ kind: 'user', uid: process.getuid?.() });
  });
});
