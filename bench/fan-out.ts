/**
 * One room, every member connected, 1,000 messages in flight (sent, and not yet back at their sender): deliveries a
 * second, each after a durable commit.
 */
import { type RoomNumber, roomStream } from '@sotto/model';
import { decode } from '@sotto/protocol';
import { setUp } from './connections.ts';
import { LoadConnection } from './load-connection.ts';
import type { Credentials } from './seed.ts';
import type { BenchTransport } from './wires.ts';

const IN_FLIGHT = 1_000;
const WARM_UP_MS = 2_000;
const ACKNOWLEDGE_MS = 100;

export interface FanOut {
  transport: BenchTransport;
  members: number;
  deliveriesPerSecond: number;
  messagesPerSecond: number;
}

export async function fanOut(
  transport: BenchTransport,
  port: number,
  members: readonly Credentials[],
  measureMs: number,
): Promise<FanOut> {
  const { connections } = await setUp(transport, port, members.length, members);
  const room = await fill(connections);
  await Promise.all(connections.map((connection) => connection.follow(room.stream, 0)));
  let messages = 0;
  for (const connection of connections) {
    connection.prepare(room.number);
    connection.onOwnEvent = () => {
      messages++;
      connection.send();
    };
  }
  const acknowledging = setInterval(() => {
    for (const connection of connections) connection.acknowledge();
  }, ACKNOWLEDGE_MS);
  for (let index = 0; index < IN_FLIGHT; index++) at(connections, index % connections.length).send();
  await Bun.sleep(WARM_UP_MS);
  const [before, messagesBefore, since] = [totalReceived(connections), messages, performance.now()];
  await Bun.sleep(measureMs);
  const seconds = (performance.now() - since) / 1_000;
  const result = {
    transport,
    members: members.length,
    deliveriesPerSecond: (totalReceived(connections) - before) / seconds,
    messagesPerSecond: (messages - messagesBefore) / seconds,
  };
  clearInterval(acknowledging);
  for (const connection of connections) connection.onOwnEvent = () => {};
  const misplaced = connections.reduce((sum, connection) => sum + connection.misplaced, 0);
  if (misplaced > 0) throw new Error(`${misplaced} events came out of order`);
  const lost = connections.filter(({ isClosed }) => isClosed).length;
  if (lost > 0) throw new Error(`${lost} connections were lost`);
  for (const connection of connections) connection.close();
  return result;
}

/** What the load takes from a listener that only writes. */
export async function bareFanOut(port: number, count: number, measureMs: number): Promise<number> {
  const connections = await Promise.all(
    Array.from({ length: count }, () => LoadConnection.open('tls', port)),
  );
  await Bun.sleep(WARM_UP_MS);
  const [before, since] = [totalReceived(connections), performance.now()];
  await Bun.sleep(measureMs);
  const perSecond = ((totalReceived(connections) - before) * 1_000) / (performance.now() - since);
  for (const connection of connections) connection.close();
  return perSecond;
}

const totalReceived = (connections: readonly LoadConnection[]): number =>
  connections.reduce((sum, connection) => sum + connection.received, 0);

/** A room with everybody in it. */
async function fill(connections: readonly LoadConnection[]): Promise<{ number: number; stream: number }> {
  const name = `bench${Date.now()}x`;
  const [owner, ...others] = connections;
  if (owner === undefined) throw new Error('no members');
  const { membership } = decode('roomInfo', await owner.request('createRoom', { name }));
  const number = membership?.room?.number ?? 0;
  for (const other of others)
    await other.request('joinRoom', { room: { reference: { case: 'number', value: number } } });
  return { number, stream: roomStream(number as RoomNumber) };
}

export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`nothing at ${index}`);
  return item;
}
