/** All works again: every client must come back, and to the best transport there is (T13, T17). */
import type { SimulatedClient } from './client.ts';
import { type Scene, settle, until } from './scene.ts';

/** Nobody at a client whose path has died in silence: it asks after 15 s, and is online again within 19 s [PATH-12]. */
const NOTICED_MS = 20_000;
const HEALING_MAX_MS = 120_000;
/** The longest that a transport is held off [PATH-8]. */
const HOLD_OFF_MAX_MS = 300_000;
/** How soon it is asked for then [PATH-7]. */
const PROBED_MS = 30_000;
/** The last events and acknowledgements travel. */
const LAST_TRIPS_MS = 5_000;

/** Returns how long each client took to be on the best path to stay, in ms. */
export async function heal(scene: Scene): Promise<readonly number[]> {
  const { clients, server, clock, wires, number, log } = scene;
  log('heal');
  for (const wire of wires) wire.recover();
  for (const way of clients.flatMap(({ ways }) => ways)) {
    way.open('serverOff', true);
    way.open('blocked', number(3) > 0);
  }
  if (!server.running) await settle(clock, server.start());
  for (const client of clients) {
    if (!client.running) await client.start();
    client.wake();
    client.trap = undefined;
  }
  const since = clock.now();
  await clock.advance(NOTICED_MS);
  await until(scene, 'settled', () => clients.every(({ idle }) => idle), HEALING_MAX_MS);
  const isBest = ({ transport }: SimulatedClient) => transport === scene.best;
  await until(scene, 'on the best path', () => clients.every(isBest), PROBED_MS + HOLD_OFF_MAX_MS);
  await clock.advance(LAST_TRIPS_MS);
  for (const { name, failures } of clients)
    scene.problems.push(...failures.map((failure) => `${name}: ${failure}`));
  return clients.map(({ stays }) => Math.max(0, (stays.at(-1)?.since.getTime() ?? since) - since));
}
