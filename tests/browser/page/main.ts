/** The program of the test page: a person at a browser, whom the test tells what to do. */
import { connect, hello, listProfiles, openIndexedDbStore, type SottoClient } from '@sotto/client/browser';
import { storeContract } from '@sotto/client/testing';
import { roomStream } from '@sotto/model';
import { runCases } from './bun-test.ts';
import * as profiles from './profiles.ts';

let count = 0;
storeContract('IndexedDB', async () => {
  const profile = `contract ${count++}`;
  const store = await openIndexedDbStore(profile);
  const reopen = async () => {
    await store.close();
    return openIndexedDbStore(profile);
  };
  return { store, reopen, hidesKey: true };
});

class Person {
  readonly client: SottoClient;
  /** Texts in the order in which the client was handed them. */
  readonly heard: string[] = [];
  /** How often it came online. */
  arrivals = 0;
  readonly settled: string[] = [];

  constructor(client: SottoClient) {
    this.client = client;
  }

  async listen(): Promise<void> {
    for await (const event of this.client.events()) {
      if (event.kind === 'message') this.heard.push(event.message.text ?? '');
      if (event.kind === 'connection' && event.state.kind === 'online') this.arrivals += 1;
      if (event.kind === 'outboxSettled' && !(event.result instanceof Error)) {
        this.settled.push(event.result.kind);
      }
    }
  }
}

/** By default the server that the page came from. */
async function arrive(profile: string, server?: string, takeOver = false): Promise<void> {
  const store = await openIndexedDbStore(profile, { takeOver });
  const client = await connect(server === undefined ? { store } : { store, server });
  globalThis.person = new Person(client);
  void globalThis.person.listen();
}

/** What the next page will find, read past the store, which one tab alone may open. */
async function kept(profile: string) {
  const settled = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const database = await settled(indexedDB.open(`sotto/${profile}`));
  const transaction = database.transaction(['outbox', 'cursors']);
  const cursors = transaction.objectStore('cursors');
  const [unsent, streams, sequences] = await Promise.all([
    settled(transaction.objectStore('outbox').count()),
    settled(cursors.getAllKeys()),
    settled(cursors.getAll()),
  ]);
  database.close();
  const cursorOf = new Map(streams.map((stream, index) => [stream, sequences[index]]));
  const { rooms } = globalThis.person.client;
  return {
    unsent,
    /** Every room's cursor is where the room is. */
    atHead: rooms.every(({ number, head }) => (cursorOf.get(roomStream(number)) ?? 0) === head),
  };
}

const program = { arrive, hello, kept, listProfiles, runCases, ...profiles };

declare global {
  var person: Person;
  var sotto: typeof program;
}
globalThis.sotto = program;
