/**
 * Datagrams that nobody honest sent, by the million: damaged, cut, joined, random, and authentic ones with chunks that mean no
 * good; at a server with live connections and handshakes under way, and at clients. No exception may come out, what is kept stays
 * bounded, nobody gets more than 3 times what he sent, and honest connections go on.
 */
import { type RandomNumber, seeded } from '@sotto/protocol/testing';
import { CLEAN } from './conditions.ts';
import { damaged, joined, random } from './hostile-bytes.ts';
import { hostileChunks } from './hostile-chunks.ts';
import type { Parcel } from './link.ts';
import { SERVER } from './network.ts';
import { connectedIn, newWorld, type Pair } from './scene.ts';
import { IN_HANDSHAKE, type Victim, victimInHandshake, victimOf } from './victims.ts';
import type { Caller, World } from './world.ts';

/** Virtual time between two datagrams. */
const STEP_MS = 0.05;
const STEPS_A_RUN = 16;
const HONEST = 3;
const VICTIMS = 4;
/** Steps between two words of an honest connection, new honest clients, and new victims at the earliest. */
const WORDS_STEPS = 4_000;
const CALLS_STEPS = 25_000;
const VICTIM_STEPS = 150;
const HANDSHAKE_MS = 3_000;
const LINE = { ...CLEAN, delayMs: 1 };
const KEPT_MAX = 400;

export interface FuzzReport {
  problems: string[];
  /** By what was done. */
  counts: Record<string, number>;
  victims: number;
  /** The most that there were of it at a time. */
  most: { connections: number; ids: number; handshakes: number };
  amplification: number;
}

export class Fuzz {
  readonly world: World;
  readonly #number: RandomNumber;
  readonly #honest: Pair[] = [];
  readonly #calls: { caller: Caller; at: number }[] = [];
  /** Datagrams as honest ends sent them, by direction. */
  readonly #kept = { toServer: [] as Uint8Array[], toClient: [] as Uint8Array[] };
  readonly #report: FuzzReport;
  #victims: Victim[] = [];
  #victimAt = 0;
  #step = 0;

  constructor(seed: number) {
    this.#number = seeded(seed);
    this.world = newWorld({ seed, number: seeded(seed + 1) });
    this.world.network.watch.keptMax = 20_000;
    this.world.network.tap = (parcel) => this.#keep(parcel);
    for (let count = 0; count < HONEST; count++) this.#honest.push(connectedIn(this.world, LINE, LINE));
    this.#report = {
      problems: this.world.problems,
      counts: {},
      victims: 0,
      most: { connections: 0, ids: 0, handshakes: 0 },
      amplification: 0,
    };
  }

  run(steps: number): FuzzReport {
    for (let step = 0; step < steps && this.world.problems.length === 0; step++) this.#one();
    const { world } = this;
    world.queue.run(world.queue.now + HANDSHAKE_MS);
    for (const { caller } of this.#honest)
      if (caller.talk?.quiet !== true) world.problem(`${caller.name} was disturbed`);
    this.#report.amplification = world.network.watch.worst;
    return this.#report;
  }

  #one(): void {
    const step = this.#step++;
    const { queue } = this.world;
    if (step % STEPS_A_RUN === 0) {
      queue.run(queue.now + STEP_MS * STEPS_A_RUN);
      this.#look();
    }
    if (step % WORDS_STEPS === 0) this.#words();
    if (step % CALLS_STEPS === 0) this.#call();
    if (this.#victims.length < VICTIMS && step >= this.#victimAt) this.#newVictim();
    this.#send(step);
  }

  #send(step: number): void {
    const number = this.#number;
    const draw = number(100);
    const from = this.#someAddress(step);
    if (draw < 35) this.#toServer('damaged', damaged(this.#some('toServer'), number), from);
    else if (draw < 45)
      this.#toServer('joined', joined(this.#some('toServer'), this.#some('toClient'), number), from);
    else if (draw < 55) this.#toServer('random', random(number), from);
    else if (draw < 60) this.#toServer('again', this.#some('toServer'), from);
    else if (draw < 75) this.#toClient('damaged at a client', damaged(this.#some('toClient'), number));
    else if (draw < 80) this.#toClient('random at a client', random(number));
    else if (draw < 83) this.#toClient('again at a client', this.#some('toClient'));
    else this.#hostile();
  }

  #count(what: string): void {
    this.#report.counts[what] = (this.#report.counts[what] ?? 0) + 1;
  }

  #toServer(what: string, bytes: Uint8Array, from: string): void {
    this.#count(what);
    this.world.network.toServer({ bytes, from, to: SERVER, content: undefined });
  }

  #toClient(what: string, bytes: Uint8Array): void {
    this.#count(what);
    const { callers, network } = this.world;
    const caller = callers[this.#number(callers.length)];
    if (caller !== undefined)
      network.toClient({ bytes, from: SERVER, to: caller.address, content: undefined });
  }

  #hostile(): void {
    const victim = this.#victims[this.#number(this.#victims.length)];
    if (victim === undefined) return;
    this.#count(victim.what);
    victim.say(hostileChunks(this.#number, victim.what === IN_HANDSHAKE));
    if (victim.dead()) this.#bury(victim);
  }

  #newVictim(): void {
    this.#victimAt = this.#step + VICTIM_STEPS;
    const kind = this.#report.victims++ % 4;
    const elsewhere = () => (this.#number(20) === 0 ? this.#someAddress(this.#step) : undefined);
    this.#victims.push(
      kind === 0
        ? victimInHandshake(this.world, LINE)
        : victimOf(this.world, LINE, kind === 1 ? 'server' : 'client', elsewhere),
    );
  }

  #bury(victim: Victim): void {
    this.#victims = this.#victims.filter((other) => other !== victim);
    victim.caller.vanish();
    this.#forgetGone();
  }

  /** What only the test keeps must not look like a leak. */
  #forgetGone(): void {
    const { callers, trace } = this.world;
    const kept = callers.filter(({ gone }) => !gone);
    callers.splice(0, callers.length, ...kept);
    const open = new Set(kept.map(({ talk }) => talk));
    this.world.forgetTalks((talk) => open.has(talk));
    trace.length = 0;
  }

  #words(): void {
    for (const { client, server } of this.#honest) {
      for (const side of [client, server]) {
        side.say(1, 1);
        side.say(2, 1);
      }
    }
  }

  /** An honest client, which must come through in time. */
  #call(): void {
    const { world } = this;
    this.#calls.push({ caller: world.call(LINE, LINE), at: world.queue.now });
  }

  #look(): void {
    const { queue, server } = this.world;
    const { most } = this.#report;
    const { connections, ids, handshakes } = server.endpoint;
    most.connections = Math.max(most.connections, connections);
    most.ids = Math.max(most.ids, ids);
    most.handshakes = Math.max(most.handshakes, handshakes);
    const [oldest] = this.#calls;
    if (oldest === undefined || queue.now < oldest.at + HANDSHAKE_MS) return;
    this.#calls.shift();
    if (oldest.caller.talk?.sides.length !== 2)
      this.world.problem(`${oldest.caller.name} did not come through`);
    oldest.caller.connection.close();
    queue.after(HANDSHAKE_MS, () => {
      oldest.caller.vanish();
      this.#forgetGone();
    });
  }

  #keep({ bytes, to }: Parcel): void {
    const kept = to === SERVER ? this.#kept.toServer : this.#kept.toClient;
    if (kept.length < KEPT_MAX) kept.push(bytes);
    else kept[this.#number(KEPT_MAX)] = bytes;
  }

  #some(direction: 'toServer' | 'toClient'): Uint8Array {
    const kept = this.#kept[direction];
    return kept[this.#number(kept.length)] ?? new Uint8Array(0);
  }

  /** One that was never heard of, or one of a client. */
  #someAddress(step: number): string {
    const { callers } = this.world;
    if (this.#number(3) === 0) return callers[this.#number(callers.length)]?.address ?? '203.0.113.0|1';
    return `203.0.${(step >> 12) & 0xff}.${(step >> 4) & 0xff}|${1_000 + ((step >> 20) & 0xff)}`;
  }
}
