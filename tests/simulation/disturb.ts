/** One step of a simulation: somebody says something, or something breaks, or works again. */
import type { SimulatedClient } from './client.ts';
import { type Scene, settle } from './scene.ts';
import { TRAPS } from './traps.ts';
import { pick, type Way } from './ways.ts';

type Act = (scene: Scene, client: SimulatedClient) => void | Promise<void>;

const NETWORKS = ['home', 'train', 'office', ''];
const JUMP_MAX_MS = 120_000;
const REFUSED_MAX_MS = 2_000;

const ACTS: readonly (readonly [weight: number, act: Act])[] = [
  [56, talk],
  [5, cut],
  [4, vanish],
  [7, killOrStart],
  [7, killOrStartServer],
  [9, block],
  [7, unblock],
  [8, trap],
  [3, sleepOrWake],
  [1, jump],
  [1, roam],
  [1, slowDown],
];
const WEIGHTS = ACTS.reduce((sum, [weight]) => sum + weight, 0);

export async function disturb(scene: Scene): Promise<void> {
  const { number, clients } = scene;
  const client = pick(clients, number);
  let choice = number(WEIGHTS);
  for (const [weight, act] of ACTS) {
    choice -= weight;
    if (choice < 0) return act(scene, client);
  }
}

function talk(scene: Scene, client: SimulatedClient): void {
  if (!client.running || client.asleep) return;
  for (let count = scene.number(4); count >= 0; count--) say(scene, client);
}

function say(scene: Scene, client: SimulatedClient): void {
  const { number, clients, room } = scene;
  const text = `message ${scene.messages++}`;
  if (number(4) > 0) client.send(room, text, false);
  else client.send(pick(clients, number).number, text, true);
}

function cut({ number, log }: Scene, { name, ways }: SimulatedClient): void {
  const open = ways.flatMap((way) => way.connections.map((connection) => ({ way, connection })));
  if (open.length === 0) return;
  const { way, connection } = pick(open, number);
  log(`cut ${name} over ${way.transport}`);
  way.cut(connection);
}

function vanish({ number, log }: Scene, { name, ways }: SimulatedClient): void {
  const way = pick(ways, number);
  log(`vanish ${name} over ${way.transport}`);
  way.vanish();
}

async function killOrStart({ log }: Scene, client: SimulatedClient): Promise<void> {
  if (client.running) client.crash();
  else await client.start();
  log(`${client.running ? 'start' : 'kill'} ${client.name}`);
}

/** The process dies, or the whole machine loses its power. */
async function killOrStartServer(scene: Scene): Promise<void> {
  const { number, clock, server, clients, log } = scene;
  const ways = clients.flatMap((client) => client.ways);
  if (!server.running) {
    log('start server');
    for (const way of ways) way.open('serverOff', true);
    await settle(clock, server.start());
    return;
  }
  scene.serverCrashes++;
  const isPowerCut = number(3) === 0;
  log(isPowerCut ? 'the server loses its power' : 'kill server');
  if (isPowerCut) {
    for (const way of ways) {
      way.vanish();
      way.shut('serverOff');
    }
  }
  await server.crash();
}

/** One transport, or several, for one client or for all. */
function block(scene: Scene, client: SimulatedClient): void {
  const how = pick(['block', 'block', 'refuse', 'deafen'] as const, scene.number);
  for (const way of chooseWays(scene, client, how)) {
    if (how === 'block') way.shut('blocked');
    else way[how]();
  }
}

function unblock(scene: Scene, client: SimulatedClient): void {
  const late = scene.number(3) > 0;
  for (const way of chooseWays(scene, client, late ? 'unblock late' : 'unblock')) way.open('blocked', late);
}

function chooseWays({ number, clients, log }: Scene, client: SimulatedClient, what: string): Way[] {
  const whom = number(4) === 0 ? clients : [client];
  const first = number(client.ways.length);
  const end = number(3) > 0 ? first + 1 : client.ways.length;
  const transports = client.ways.slice(first, end).map(({ transport }) => transport);
  log(`${what} ${transports.join(', ')} for ${whom.map(({ name }) => name).join(', ')}`);
  return whom.flatMap(({ ways }) => ways.slice(first, end));
}

/** It closes when the client moves next, for which it gets a reason at once; or when it moves back to the path that it had. */
function trap({ number, clock, log }: Scene, client: SimulatedClient): void {
  const isForReturn = number(2) === 0;
  client.trap = { kind: pick(TRAPS, number), spares: isForReturn ? 1 : 0 };
  log(`${client.trap.kind} awaits ${client.name}${isForReturn ? ' on its return' : ''}`);
  for (const way of client.ways) {
    if (way.connections.length === 0) continue;
    if (isForReturn && way.works) {
      way.refuse();
      clock.after(number(REFUSED_MAX_MS), () => way.open('blocked', true));
    } else {
      for (const connection of way.connections) way.cut(connection);
    }
  }
}

function sleepOrWake({ log }: Scene, client: SimulatedClient): void {
  if (!client.running) return;
  log(`${client.asleep ? 'wake' : 'sleep'} ${client.name}`);
  if (client.asleep) client.wake();
  else client.sleep();
}

/** Every timer comes late, those of the server as well. */
function jump({ number, clock, log }: Scene): void {
  const milliseconds = number(JUMP_MAX_MS);
  log(`jump ${milliseconds}`);
  clock.jump(milliseconds);
}

function roam({ number, log }: Scene, client: SimulatedClient): void {
  const network = pick(NETWORKS, number);
  log(`${client.name} roams to "${network}"`);
  client.roam(network);
}

function slowDown({ number, wires, log }: Scene): void {
  const wire = pick(wires, number);
  const slow = number(2) === 0;
  log(`${wire.transport} is ${slow ? 'slow' : 'fast'}`);
  if (slow) wire.slowDown();
  else wire.recover();
}
