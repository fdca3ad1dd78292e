/** One message each 50 ms between two connections: from sending to having one's own message back, durable. */
import { LOBBY, roomStream } from '@sotto/model';
import { decode } from '@sotto/protocol';
import { at } from './fan-out.ts';
import { LoadConnection } from './load-connection.ts';
import type { Credentials } from './seed.ts';
import type { BenchTransport } from './wires.ts';

const INTERVAL_MS = 50;

export interface Latency {
  p50Ms: number;
  p99Ms: number;
}

export async function echoLatency(
  transport: BenchTransport,
  port: number,
  user: Credentials,
  messages: number,
): Promise<Latency> {
  const sender = await LoadConnection.open(transport, port);
  await sender.resume(user);
  const { membership } = decode(
    'roomInfo',
    await sender.request('createRoom', { name: `echo${transport}${Date.now()}x` }),
  );
  const room = membership?.room?.number ?? LOBBY;
  await sender.follow(roomStream(room as typeof LOBBY), membership?.head ?? 0);
  sender.prepare(room);
  const taken: number[] = [];
  for (let index = 0; index < messages; index++) {
    const since = performance.now();
    await new Promise<void>((resolve) => {
      sender.onOwnEvent = () => resolve();
      sender.send();
    });
    taken.push(performance.now() - since);
    await Bun.sleep(INTERVAL_MS);
  }
  sender.close();
  taken.sort((a, b) => a - b);
  return { p50Ms: at(taken, Math.floor(messages * 0.5)), p99Ms: at(taken, Math.floor(messages * 0.99)) };
}
