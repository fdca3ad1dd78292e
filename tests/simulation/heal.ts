/** All works again: every client must come back, and to the best transport there is (T13, T17). */
import type { SimulatedClient } from './client.ts';
import { type Scene, settle, until } from './scene.ts';
import { pick } from './ways.ts';

/** Nobody at a client whose path has died in silence: it asks after 15 s, and is online again within 19 s [PATH-12]. */
const NOTICED_MS = 20_000;
/** Noticed, and tried in vain for as long as the waits between searches grow [RECONNECT-2]. */
const ONE_WAY_MAX_MS = 60_000;
const HEALING_MAX_MS = 120_000;
/** The longest that a transport is held off [PATH-8]. */
const HOLD_OFF_MAX_MS = 300_000;
/** How soon it is asked for then [PATH-7]. */
const PROBED_MS = 30_000;
/** The last events and acknowledgements travel. */
const LAST_TRIPS_MS = 5_000;

/** With one way left for each client, whatever became of the others, everything gets through [PATH-2] [PATH-5]. */
export async function mend(scene: Scene): Promise<void> {
  const { clients, server, wires, number, log } = scene;
  for (const wire of wires) wire.recover();
  await start(scene);
  for (const client of clients) {
    client.trap = undefined;
    const served = client.ways.filter(({ transport }) => server.transports.includes(transport));
    const used = served.find(({ transport }) => transport === client.transport);
    const way = used !== undefined && number(2) === 0 ? used : pick(served, number);
    log(`${client.name} has ${way.transport}`);
    way.open('blocked', number(2) === 0);
  }
  await until(scene, 'settled over one way', () => clients.every(({ idle }) => idle), ONE_WAY_MAX_MS);
}

/** Returns how long each client took to be on the best path to stay, in ms. */
export async function heal(scene: Scene): Promise<readonly number[]> {
  const { clients, server, clock, number, log } = scene;
  log('heal');
  for (const way of clients.flatMap(({ ways }) => ways)) way.open('blocked', number(3) > 0);
  const since = clock.now();
  await clock.advance(NOTICED_MS);
  await until(scene, 'settled', () => clients.every(({ idle }) => idle), HEALING_MAX_MS);
  const isBest = ({ transport }: SimulatedClient) => transport === server.transports[0];
  await until(scene, 'on the best path', () => clients.every(isBest), PROBED_MS + HOLD_OFF_MAX_MS);
  await clock.advance(LAST_TRIPS_MS);
  for (const { name, failures } of clients)
    scene.problems.push(...failures.map((failure) => `${name}: ${failure}`));
  return clients.map(({ stays }) => Math.max(0, (stays.at(-1)?.since.getTime() ?? since) - since));
}

/** Everybody is there and awake. */
async function start({ clients, server, clock }: Scene): Promise<void> {
  for (const way of clients.flatMap(({ ways }) => ways)) way.open('serverOff', true);
  if (!server.running) await settle(clock, server.start());
  for (const client of clients) {
    if (!client.running) await client.start();
    client.wake();
  }
}
