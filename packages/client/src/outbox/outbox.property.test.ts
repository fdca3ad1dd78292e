/** Whatever is lost, refused, cut, restarted, taken back or sent again: nothing is doubled, nothing is lost, the order stays. */
import { expect, setDefaultTimeout, test } from 'bun:test';
import { LOBBY } from '@sotto/model';
import { type Request, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import fc from 'fast-check';
import { BOB, LOBBY_STREAM, textsIn } from '../testing/fake-server.ts';
import { createWorld, follow, mortalClient, startClient, type World, within } from '../testing/harness.ts';
import { Timers } from '../timers.ts';
import type { SottoClient, Timeline } from '../types.ts';

setDefaultTimeout(60_000);

/** What the server does with messages, until something else is said. */
type Mood = 'takes' | 'loses' | 'takesSilently' | 'refuses' | 'later' | 'leaves';

type Step =
  | { kind: 'send'; text: number }
  | { kind: 'mood'; mood: Mood }
  | { kind: 'cut' | 'restart' | 'down' | 'up' | 'holdBack' | 'letGo' | 'others' }
  | { kind: 'discard' | 'again' | 'forge'; at: number };

const moods: readonly Mood[] = ['takes', 'takes', 'loses', 'takesSilently', 'refuses', 'later', 'leaves'];
const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant('send' as const), text: fc.nat(999) }), weight: 8 },
  {
    arbitrary: fc.record({ kind: fc.constant('mood' as const), mood: fc.constantFrom(...moods) }),
    weight: 4,
  },
  {
    arbitrary: fc
      .constantFrom('cut', 'cut', 'restart', 'down', 'up', 'up', 'holdBack', 'letGo', 'others' as const)
      .map((kind) => ({ kind })),
    weight: 5,
  },
  {
    arbitrary: fc.record({ kind: fc.constantFrom('discard', 'again', 'forge' as const), at: fc.nat(20) }),
    weight: 3,
  },
) as fc.Arbitrary<Step>;
const plans = fc.array(fc.tuple(step, fc.constantFrom(0, 0, 1, 400, 3_000)), {
  minLength: 5,
  maxLength: 60,
  size: 'max',
});

class Run {
  readonly #world: World;
  #client: SottoClient;
  #kill: () => void;
  #timeline: Timeline | undefined;
  #mood: Mood = 'takes';
  #count = 0;
  /** By text, in the order in which they were to be sent last. */
  #order: string[] = [];
  readonly #discarded = new Set<string>();
  readonly #forged = new Set<string>();
  /** The server put one off, so a later one may stand before it. */
  #isOrderFree = false;
  /** A timeline that shows all there is. */
  #isWhole = false;
  /** What a listener found. */
  #wrong: unknown;

  constructor(world: World, { client, kill }: { client: SottoClient; kill: () => void }) {
    this.#world = world;
    this.#client = client;
    this.#kill = kill;
    world.server.trouble = (request) => this.#trouble(request);
  }

  async open(): Promise<void> {
    const { time } = this.#world;
    follow(this.#client);
    // Without ever having been online it does not know its rooms.
    if (this.#client.rooms.length === 0) return;
    const timeline = this.#client.timeline(LOBBY);
    this.#timeline = timeline;
    timeline.onChange(() => {
      try {
        this.check();
      } catch (error) {
        this.#wrong ??= error;
      }
    });
    this.#isWhole = false;
    await within(
      time,
      timeline.loadLatest(500).catch(() => {}),
    );
    this.#isWhole = !timeline.hasBefore;
  }

  async carryOut(step: Step): Promise<void> {
    const { server } = this.#world;
    switch (step.kind) {
      case 'send':
        this.#send(`${this.#count++} ${step.text}`);
        break;
      case 'mood':
        // A server answers what comes after on the same connection only where it answered what came before.
        if (this.#mood === 'loses' || this.#mood === 'takesSilently') server.last.cut();
        this.#mood = step.mood;
        break;
      case 'cut':
        server.last.cut();
        break;
      case 'restart':
        await this.#restart();
        break;
      case 'down':
        server.crash();
        break;
      case 'up':
        server.up = true;
        break;
      case 'holdBack':
      case 'letGo':
        server.holdsBack = step.kind === 'holdBack';
        break;
      case 'others':
        server.say(LOBBY, `of bob ${this.#count++}`, BOB);
        break;
      case 'discard':
      case 'again':
      case 'forge':
        this.#touch(step.kind, step.at);
    }
    this.check();
    if (this.#wrong !== undefined) throw this.#wrong;
  }

  /** At any moment: all rows are different ones, and what is neither taken back nor refused without being kept is there. */
  check(): void {
    const timeline = this.#timeline;
    if (timeline === undefined) return;
    const keys = timeline.items.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    const texts = timeline.items
      .filter(({ message }) => message.sender.name === 'alice')
      .map(({ message }) => message.text);
    expect(new Set(texts).size).toBe(texts.length);
    if (this.#isWhole) expect(new Set(texts)).toEqual(new Set(this.#order));
  }

  async end(): Promise<void> {
    const { server, time } = this.#world;
    this.#mood = 'takes';
    server.up = true;
    server.holdsBack = false;
    if (server.connections.length > 0) server.last.cut();
    await time.until(() => this.#client.status.kind === 'online' && this.#client.outboxSize === 0);
    await time.settle();
    const failed = this.#client.outbox.entries.map(({ text }) => text);
    const log = textsIn(server.events(LOBBY_STREAM).filter(({ sender }) => sender !== BOB));
    expect(log.filter((text) => this.#discarded.has(text))).toEqual([]);
    expect([...log, ...failed].toSorted()).toEqual(this.#order.toSorted());
    if (!this.#isOrderFree) expect(log).toEqual(this.#order.filter((text) => !failed.includes(text)));
    await this.open();
    const mine = (this.#timeline?.items ?? []).filter(({ message }) => message.sender.name === 'alice');
    expect(mine.map(({ message }) => message.text)).toEqual([...log, ...failed]);
    this.#timeline = undefined;
    await this.#client.close();
    if (this.#wrong !== undefined) throw this.#wrong;
  }

  #send(text: string): void {
    this.#order.push(text);
    // Each run of the program draws the same numbers.
    const clientMessageId = this.#count.toString(16).padStart(32, '0');
    this.#client.send(LOBBY, text, { keepFailed: true, clientMessageId }).catch(() => {});
  }

  #touch(kind: 'discard' | 'again' | 'forge', at: number): void {
    const { outbox } = this.#client;
    const entry = outbox.entries[at % Math.max(1, outbox.entries.length)];
    if (entry === undefined) return;
    const { clientMessageId: id, text, state } = entry;
    if (kind === 'forge') {
      if (this.#forged.has(id)) return;
      this.#forged.add(id);
      this.#world.server.say(LOBBY, 'forged', BOB, { clientMessageId: Uint8Array.fromHex(id) });
      return;
    }
    if (kind === 'again') {
      if (state.kind !== 'failed') return;
      this.#order = [...this.#order.filter((each) => each !== text), text];
      void outbox.sendAgain(id);
      return;
    }
    void outbox.discard(id);
    if (outbox.get(id) !== undefined) return;
    this.#discarded.add(text);
    this.#order = this.#order.filter((each) => each !== text);
  }

  async #restart(): Promise<void> {
    const { server, time } = this.#world;
    const timeline = this.#timeline;
    this.#timeline = undefined;
    await time.settle();
    this.#kill();
    timeline?.close();
    const timers = new Timers(time);
    this.#client = await startClient(this.#world, timers);
    this.#kill = () => {
      timers.cancelAll();
      server.last.cut();
    };
    this.#client.resume().catch(() => {});
    await time.pass(1_000);
    await this.open();
  }

  #trouble(request: Request): SottoError | 'silence' | undefined {
    if (request.name !== 'sendMessage') return undefined;
    const { server } = this.#world;
    const id = request.message.clientMessageId.toHex();
    const isThere = server
      .events(LOBBY_STREAM)
      .some(({ sender, clientMessageId }) => sender !== BOB && clientMessageId.toHex() === id);
    switch (this.#mood) {
      case 'takes':
        return undefined;
      case 'loses':
        return 'silence';
      case 'takesSilently':
        server.accept(request.message);
        return 'silence';
      case 'refuses':
        return isThere ? undefined : new SottoError(ErrorCode.PERMISSION_DENIED);
      case 'later':
        this.#isOrderFree = true;
        return isThere ? undefined : new SottoError(ErrorCode.RATE_LIMITED, '', 700);
      case 'leaves':
        return new SottoError(ErrorCode.SHUTTING_DOWN);
    }
  }
}

test('[OUTBOX-2] [OUTBOX-5] [OUTBOX-6] [TIMELINE-5] M7: random losses, refusals, restarts and repentance', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const world = await createWorld();
      const run = new Run(world, await mortalClient(world));
      await run.open();
      for (const [step, ms] of plan) {
        await run.carryOut(step);
        if (ms > 0) await world.time.pass(ms);
      }
      await run.end();
    }),
    { numRuns: 60 },
  );
});
