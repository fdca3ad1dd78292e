/** Two who chat, one message after the other: how long until one is acknowledged, which is after its commit, and until the other has it. */
import { type RoomNumber, roomStream } from '@sotto/model';
import { decode } from '@sotto/protocol';
import { LoadConnection } from './load-connection.ts';
import type { Credentials } from './seed.ts';
import type { BenchTransport } from './wires.ts';

const PAUSE_MS = 8;

/** Milliseconds, in the order they were measured. */
export interface ChatTimes {
  acknowledged: number[];
  delivered: number[];
}

export class Chat {
  readonly #talker: LoadConnection;
  readonly #listener: LoadConnection;

  private constructor(talker: LoadConnection, listener: LoadConnection) {
    this.#talker = talker;
    this.#listener = listener;
  }

  static async open(transport: BenchTransport, port: number, users: readonly Credentials[]): Promise<Chat> {
    const [talker, listener] = await Promise.all(
      users.slice(0, 2).map(async (user) => {
        const connection = await LoadConnection.open(transport, port);
        await connection.resume(user);
        return connection;
      }),
    );
    if (talker === undefined || listener === undefined) throw new Error('two have to chat');
    const name = `chat${transport}`;
    const { membership } = decode('roomInfo', await talker.request('createRoom', { name }));
    const room = (membership?.room?.number ?? 0) as RoomNumber;
    await listener.request('joinRoom', { room: { reference: { case: 'number', value: room } } });
    await listener.follow(roomStream(room), (membership?.head ?? 0) + 1);
    talker.prepare(room);
    return new Chat(talker, listener);
  }

  async talk(forMs: number): Promise<ChatTimes> {
    const times: ChatTimes = { acknowledged: [], delivered: [] };
    const until = performance.now() + forMs;
    while (performance.now() < until) {
      const since = performance.now();
      const acknowledged = new Promise<number>((resolve) => {
        this.#talker.onAccepted = () => resolve(performance.now() - since);
      });
      const delivered = new Promise<number>((resolve) => {
        this.#listener.onEvent = () => resolve(performance.now() - since);
      });
      this.#talker.send();
      times.acknowledged.push(await acknowledged);
      times.delivered.push(await delivered);
      await Bun.sleep(PAUSE_MS);
    }
    this.#listener.acknowledge();
    return times;
  }

  close(): void {
    this.#talker.close();
    this.#listener.close();
  }
}
