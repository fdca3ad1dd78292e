/** One person's client in a process of its own. Argument: PersonOptions as JSON. Says `ready` once online, then takes orders. */
import { type ConnectionStatus, connect, openFileStore, type SottoClient } from '@sotto/client/node';
import { answerLines, say } from '../emulated/line-process.ts';
import { Carrier } from './carrier.ts';
import { countPieces } from './count-pieces.ts';
import type { Inspection, Journal, PersonOptions, PersonOrder, Whereabouts } from './orders.ts';

const MESSAGE = 'What a chat carries: a line or two, as people write them when they are in a hurry.';

const now = (): number => performance.timeOrigin + performance.now();

class Person {
  readonly #client: SottoClient;
  readonly #room: string;
  readonly #sent: Journal['sent'][number][] = [];
  readonly #accepted: Journal['accepted'][number][] = [];
  readonly #heard: Journal['heard'][number][] = [];
  readonly #refused: string[] = [];
  readonly #states: Journal['states'][number][] = [];
  readonly #carrier: Carrier;
  #talk: Timer | undefined;

  constructor(client: SottoClient, room: string) {
    this.#client = client;
    this.#carrier = new Carrier(client);
    this.#room = room;
  }

  async follow(): Promise<void> {
    for await (const event of this.#client.events()) {
      if (event.kind === 'connection') this.#states.push({ at: now(), state: inWords(event.state) });
      if (event.kind !== 'message') continue;
      const { room, sequence, clientMessageId: id } = event.message;
      this.#heard.push({ room: room.name, id, sequence, at: now() });
    }
  }

  answer(order: PersonOrder): Promise<unknown> {
    if ('talk' in order) return this.#startTalking(order.talk.everyMs);
    if ('hush' in order) return this.#hush(order.hush.patienceMs);
    if ('where' in order) return this.#where();
    if ('inspect' in order) return this.#inspect();
    if ('report' in order) return this.#report();
    return this.#carrier.answer(order);
  }

  async #startTalking(everyMs: number): Promise<true> {
    this.#talk = setInterval(() => this.#send(), everyMs);
    return true;
  }

  #send(): void {
    const id = crypto.getRandomValues(new Uint8Array(16)).toHex();
    this.#sent.push({ id, at: now() });
    this.#client.send(this.#room, `${this.#sent.length} ${MESSAGE}`, { clientMessageId: id }).then(
      ({ sequence }) => this.#accepted.push({ id, sequence, at: now() }),
      (error) => this.#refused.push(String(error)),
    );
  }

  /** How many are left without an answer. */
  async #hush(patienceMs: number): Promise<number> {
    clearInterval(this.#talk);
    await this.#client.flushed(AbortSignal.timeout(patienceMs)).catch(() => {});
    return this.#client.outboxSize;
  }

  async #where(): Promise<Whereabouts> {
    const { status, paths } = this.#client;
    return {
      status: status.kind,
      transport: status.kind === 'online' ? status.transport : undefined,
      heard: this.#heard.length,
      paths: paths.map(({ transport, since, until, left }) => ({
        transport,
        since: since.getTime(),
        until: until?.getTime(),
        left,
      })),
    };
  }

  /** Null while the server cannot be asked. */
  async #inspect(): Promise<Inspection | null> {
    try {
      const { sessionId, generation, transport } = await this.#client.serverStatus();
      return { sessionId, generation, transport };
    } catch {
      return null;
    }
  }

  async #report(): Promise<Journal> {
    return {
      sent: this.#sent,
      accepted: this.#accepted,
      heard: this.#heard,
      refused: this.#refused,
      states: this.#states,
    };
  }
}

function inWords(status: ConnectionStatus): string {
  switch (status.kind) {
    case 'connecting':
      return `connecting, attempt ${status.attempt}`;
    case 'online':
      return `online over ${status.transport}${status.resumed ? ', resumed' : ''}`;
    case 'offline':
      return `offline: ${status.reason}`;
    case 'stopped':
      return `stopped: ${status.reason}`;
  }
}

const options: PersonOptions = JSON.parse(process.argv[2] ?? '');
const { server, transport, pin, home, opens, joins, counter } = options;
if (counter !== undefined) countPieces(counter);
const client = await connect({
  server,
  transport,
  trust: { kind: 'pin', sha256: Uint8Array.fromHex(pin) },
  store: await openFileStore(home),
});
const person = new Person(client, opens ?? '');
void person.follow();
if ((await client.resume()) === undefined) throw new Error('the server does not know the session');
if (opens !== undefined) await client.createRoom(opens);
for (const room of joins ?? []) await client.joinRoom(room);
say('ready');
await answerLines((order: PersonOrder) => person.answer(order));
