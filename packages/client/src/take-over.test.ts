import { describe, expect, test } from 'bun:test';
import { LOBBY } from '@sotto/model';
import { ProfileTaken } from './errors.ts';
import { MemoryStore } from './stores/memory.ts';
import { createWorld, failureOf, follow, onlineClient } from './testing/harness.ts';

class Takeable extends MemoryStore {
  readonly #taking = Promise.withResolvers<Error>();
  readonly lost = this.#taking.promise;

  take(): void {
    this.#taking.resolve(new ProfileTaken());
  }
}

describe('a profile that goes on elsewhere (C4)', () => {
  test('[STORE-8] [RECONNECT-4] the client stops for good, says why, and sends nothing more', async () => {
    const store = new Takeable();
    const world = await createWorld(store);
    const client = await onlineClient(world);
    const seen = follow(client);
    store.take();
    await world.time.until(() => client.status.kind === 'stopped');
    const { status } = client;
    expect(status.kind === 'stopped' ? status.reason : undefined).toBeInstanceOf(ProfileTaken);
    await seen.done;
    expect(seen.kinds.at(-1)).toBe('connection');
    const refusal = failureOf(client.send(LOBBY, 'too late'));
    await world.time.settle();
    expect(await refusal).toBeInstanceOf(ProfileTaken);
    const before = world.server.connections.length;
    await world.time.pass(60_000);
    expect(world.server.connections).toHaveLength(before);
    await client.close();
  });

  test('[STORE-8] whoever was closed before has nothing to say about it', async () => {
    const store = new Takeable();
    const world = await createWorld(store);
    const client = await onlineClient(world);
    await client.close();
    store.take();
    await world.time.settle();
    expect(client.status).toEqual({ kind: 'stopped', reason: undefined });
  });
});
