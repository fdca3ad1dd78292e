import { expect, test } from 'bun:test';
import type { ConnectionEvents } from '@sotto/transport';
import { FakeServer } from '../testing/fake-server.ts';
import { VirtualTime } from '../testing/virtual-time.ts';
import { Farewells } from './farewells.ts';

const silent: ConnectionEvents = {
  frame: () => {},
  datagram: () => {},
  drain: () => {},
  pathChanged: () => {},
  closed: () => {},
};

async function openOne() {
  const time = new VirtualTime();
  const server = new FakeServer(time);
  server.delayMs = 50;
  const farewells = new Farewells();
  const route = farewells.over(server.route);
  const dialling = route.dial({ host: 'h', port: 1, verify: () => {}, events: () => silent });
  await time.pass(200);
  const connection = await dialling;
  let isSaid = false;
  const say = () => {
    void farewells.said(time).then(() => {
      isSaid = true;
    });
  };
  return { time, server, connection, say, isSaid: () => isSaid };
}

test('T13: a client that leaves waits until its connections are over', async () => {
  const { time, connection, say, isSaid } = await openOne();
  connection.close();
  say();
  await time.pass(10);
  expect(isSaid()).toBe(false);
  await time.pass(300);
  expect(isSaid()).toBe(true);
});

test('T13: for half a second, where the server does not answer', async () => {
  const { time, server, say, isSaid } = await openOne();
  server.last.vanish();
  say();
  await time.pass(450);
  expect(isSaid()).toBe(false);
  await time.pass(100);
  expect(isSaid()).toBe(true);
});
