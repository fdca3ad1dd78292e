/** One session through all that a network and a server do to it, for two minutes, with the times that are promised. */
import { describe, expect, test } from 'bun:test';
import { needs } from '../services.ts';
import { printFigure, printVerdict, printWay } from './session/print.ts';
import { Stage } from './session/stage.ts';

const SEED = 7;
const TALK_EVERY_MS = 50;
const LENGTH_MS = 120_000;
const TIMEOUT_MS = 300_000;
const INTERRUPTION_MAX_MS = 3_000;
const BACK_ON_UDP_MAX_MS = 30_000;
const READING_MAX_MS = 5_500;
const IDLE_MAX_MS = 19_000;
/** After this without a word nobody is at it any more [PATH-4]. */
const IDLE_AFTER_MS = 32_000;

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
      await settle(10_000);
      expect((await talker.where()).transport).toBe('udp');
      stage.mark('TCP works again');
      await stage.path.block();
      await settle(Math.max(5_000, since + LENGTH_MS - Date.now()));

      const verdict = (await stage.verdicts()).get('talker');
      if (verdict === undefined) throw new Error('the talker never talked');
      printVerdict('talker', verdict);
      await printWay(talker);
      expect(verdict).toMatchObject({ lost: [], doubled: [], misplaced: [] });
      for (const { arrivalMs, gapMs } of verdict.interruptions)
        expect(Math.max(arrivalMs, gapMs)).toBeLessThan(INTERRUPTION_MAX_MS);
      expect(new Set(sessions).size).toBe(1);
      expect(backMs).toBeLessThan(BACK_ON_UDP_MAX_MS);
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
      const verdict = (await stage.verdicts('reader')).get('speaker');
      if (verdict === undefined) throw new Error('the speaker never talked');
      printVerdict('speaker to reader', verdict);
      await printWay(reader);
      await printWay(idler);
      expect(verdict).toMatchObject({ lost: [], doubled: [], misplaced: [] });
      const [blocked] = verdict.interruptions;
      expect(blocked?.arrivalMs).toBeLessThan(READING_MAX_MS);
      expect(idleMs).toBeLessThan(IDLE_MAX_MS);
    },
    TIMEOUT_MS,
  );
});
