/** One session through all that a network and a server do to it, for two minutes, with the times that are promised. */
import { describe, expect, test } from 'bun:test';
import { DEFAULT_PORTS } from '@sotto/protocol';
import { needs } from '../services.ts';
import { WHOLE } from './session/judge.ts';
import { printFigure, printWay, verdictOf } from './session/print.ts';
import { MOBILE, Stage } from './session/stage.ts';

const SEED = 7;
const TALK_EVERY_MS = 50;
const LENGTH_MS = 120_000;
const TIMEOUT_MS = 300_000;
const INTERRUPTION_MAX_MS = 3_000;
const BACK_ON_UDP_MAX_MS = 30_000;
/** By then searches for better paths have become rare, and one has just ended in vain [PATH-7]. */
const LONG_BLOCK_MS = 29_000;
const PAUSE_MS = 1_500;
const READING_MAX_MS = 5_500;
const IDLE_MAX_MS = 19_000;
/** After this without a word nobody is at it any more [PATH-4]. */
const IDLE_AFTER_MS = 32_000;

const CLASSES = {
  udp: `udp:${DEFAULT_PORTS.udp}`,
  quic: `udp:${DEFAULT_PORTS.quic}`,
  tls: `tcp:${DEFAULT_PORTS.tls}`,
  websocket: `tcp:${DEFAULT_PORTS.websocket}`,
} as const;

const without = (left: keyof typeof CLASSES): string[] =>
  Object.values(CLASSES).filter((name) => name !== CLASSES[left]);

describe.skipIf(needs('emulatedPath') === undefined)('one session', () => {
  test(
    'T17 T12 T13 [PATH-7] [PATH-10] [PATH-12]: 20 messages a second for two minutes: none lost, none twice, in order, no interruption of 3 s',
    async () => {
      await using stage = await Stage.open(SEED, [{ name: 'talker', transport: 'auto', room: 'talk' }]);
      const talker = stage.person('talker');
      const sessions: string[] = [];
      const settle = async (ms: number) => {
        await Bun.sleep(ms);
        sessions.push((await talker.inspect()).sessionId);
      };
      await talker.over('udp');
      const since = Date.now();
      await talker.talk(TALK_EVERY_MS);
      await settle(5_000);
      expect((await talker.where()).transport).toBe('udp');

      stage.mark('UDP blocked');
      await stage.path.block('udp');
      await settle(15_000);
      expect((await talker.where()).transport).toBe('tls');

      stage.mark('UDP works again');
      await stage.path.block();
      const backMs = await talker.over('udp');
      printFigure('back on UDP', backMs);
      await settle(5_000);

      const before = await talker.where();
      stage.mark('the address changes');
      await stage.path.moveNear('10.77.3.4');
      await settle(7_000);
      expect((await talker.where()).paths).toEqual(before.paths);

      stage.mark('the server restarts');
      printFigure('the server was away', await stage.restartServer('SIGTERM'));
      await settle(7_000);
      stage.mark('the server is killed and started again');
      printFigure('the server was away', await stage.restartServer('SIGKILL'));
      await settle(7_000);

      await talker.over('udp');
      stage.mark('TCP cut for 10 s, on UDP');
      await stage.path.block('tcp');
      await settle(10_000);
      expect((await talker.where()).transport).toBe('udp');
      await stage.path.block();

      stage.mark('UDP blocked again');
      await stage.path.block('udp');
      await settle(8_000);
      expect((await talker.where()).transport).toBe('tls');
      stage.mark('TCP cut for 10 s, and UDP works again');
      await stage.path.block('tcp');
      // QUIC is over UDP too, and the session's UDP may be held off.
      await talker.over('udp', 'quic');
      await settle(10_000);
      expect((await talker.where()).transport).toBeOneOf(['udp', 'quic']);
      stage.mark('TCP works again');
      await stage.path.block();
      await settle(Math.max(5_000, since + LENGTH_MS - Date.now()));

      const verdict = verdictOf(await stage.verdicts(), 'talker');
      await printWay(talker);
      expect(verdict).toMatchObject(WHOLE);
      for (const { arrivalMs, gapMs } of verdict.interruptions)
        expect(Math.max(arrivalMs, gapMs)).toBeLessThan(INTERRUPTION_MAX_MS);
      expect(new Set(sessions).size).toBe(1);
      expect(backMs).toBeLessThan(BACK_ON_UDP_MAX_MS);
    },
    TIMEOUT_MS,
  );

  test(
    'T17 [PATH-4] [PATH-8] [PATH-12]: whichever transport is left takes the session over within 3 s, also just after a pause of everything',
    async () => {
      // Without loss: TCP repeats the first packet of a connection after a whole second.
      const settings = { ...MOBILE, loss: 0 };
      await using stage = await Stage.open(
        SEED,
        [{ name: 'talker', transport: 'auto', room: 'talk' }],
        settings,
      );
      const talker = stage.person('talker');
      await talker.over('udp');
      await talker.talk(TALK_EVERY_MS);
      await Bun.sleep(2_000);
      const changes: string[] = [];
      for (const left of ['quic', 'tls', 'websocket', 'udp', 'websocket'] as const) {
        await stage.path.block('udp', 'tcp');
        await Bun.sleep(PAUSE_MS);
        await stage.path.block();
        await Bun.sleep(PAUSE_MS);
        changes.push(`only ${left} is left`);
        stage.mark(`only ${left} is left`);
        await stage.path.block(...without(left));
        await talker.over(left);
        await Bun.sleep(3_000);
        stage.mark('all work again');
        await stage.path.block();
        await Bun.sleep(1_000);
      }
      const verdict = verdictOf(await stage.verdicts(), 'talker');
      await printWay(talker);
      expect(verdict).toMatchObject(WHOLE);
      const interruptions = verdict.interruptions.filter(({ name }) => changes.includes(name));
      expect(interruptions).toHaveLength(changes.length);
      for (const { arrivalMs, gapMs } of interruptions)
        expect(Math.max(arrivalMs, gapMs)).toBeLessThan(INTERRUPTION_MAX_MS);
    },
    TIMEOUT_MS,
  );

  test(
    'T17 [PATH-7] [PATH-12]: however long UDP was blocked, the session is back on it within 30 s after',
    async () => {
      await using stage = await Stage.open(SEED, [{ name: 'talker', transport: 'auto', room: 'talk' }]);
      const talker = stage.person('talker');
      await talker.over('udp');
      await talker.talk(TALK_EVERY_MS);
      await stage.path.block('udp');
      await talker.over('tls');
      await Bun.sleep(LONG_BLOCK_MS);
      await stage.path.block();
      const backMs = await talker.over('udp');
      printFigure('back on UDP after a long block', backMs);
      expect(backMs).toBeLessThan(BACK_ON_UDP_MAX_MS);
      expect(verdictOf(await stage.verdicts(), 'talker')).toMatchObject(WHOLE);
    },
    TIMEOUT_MS,
  );

  test(
    'T17 [PATH-4] [PATH-12]: whoever only reads, and whoever does nothing, is found by what comes when UDP is blocked',
    async () => {
      await using stage = await Stage.open(SEED, [
        { name: 'speaker', transport: 'tls', side: 'far', room: 'talk' },
        { name: 'reader', transport: 'auto' },
        { name: 'idler', transport: 'auto', room: 'nothing' },
      ]);
      const [speaker, reader, idler] = ['speaker', 'reader', 'idler'].map((name) => stage.person(name));
      if (speaker === undefined || reader === undefined || idler === undefined) throw new Error('no people');
      await Promise.all([reader.over('udp'), idler.over('udp')]);
      await speaker.talk(TALK_EVERY_MS);
      await Bun.sleep(IDLE_AFTER_MS);
      stage.mark('UDP blocked');
      await stage.path.block('udp');
      const idleMs = await idler.over('tls', 'websocket');
      printFigure('idle, on another path', idleMs);
      const verdict = verdictOf(await stage.verdicts('reader'), 'speaker');
      await printWay(reader);
      await printWay(idler);
      expect(verdict).toMatchObject(WHOLE);
      const [blocked] = verdict.interruptions;
      expect(blocked?.arrivalMs).toBeLessThan(READING_MAX_MS);
      expect(idleMs).toBeLessThan(IDLE_MAX_MS);
    },
    TIMEOUT_MS,
  );
});
