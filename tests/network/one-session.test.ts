/** One session through what a network and a server do to it. The times that are promised are asserted in the long test. */
import { describe, expect, test } from 'bun:test';
import type { TransportChoice } from '@sotto/client/node';
import { needs } from '../services.ts';
import { WHOLE } from './session/judge.ts';
import { printFigure, printWay, verdictOf } from './session/print.ts';
import { Stage } from './session/stage.ts';

const SEED = 5;
const TALK_EVERY_MS = 50;
const TIMEOUT_MS = 180_000;
/** What cuts each of them. */
const CARRIED_BY = { udp: 'udp', quic: 'udp', tls: 'tcp', websocket: 'tcp' } as const satisfies Partial<
  Record<TransportChoice, string>
>;

// Both at once: each has a network of its own, and they mostly wait.
describe.skipIf(needs('emulatedPath') === undefined)('one session', () => {
  test.concurrent(
    'T17 T12 T13 [PATH-2] [PATH-6] [PATH-7]: goes on over TLS while UDP is blocked and comes back, and nothing is lost or comes twice',
    async () => {
      await using stage = await Stage.open(SEED, [{ name: 'talker', transport: 'auto', room: 'talk' }]);
      const talker = stage.person('talker');
      const sessions: string[] = [];
      const settle = async (ms: number) => {
        await Bun.sleep(ms);
        sessions.push((await talker.inspect()).sessionId);
      };
      await talker.over('udp');
      await talker.talk(TALK_EVERY_MS);
      await settle(2_000);
      stage.mark('UDP blocked');
      await stage.path.block('udp');
      await talker.over('tls');
      await settle(1_000);
      stage.mark('UDP works again');
      await stage.path.block();
      printFigure('back on UDP', await talker.over('udp'));
      await settle(1_000);
      stage.mark('the address changes');
      await stage.path.moveNear('10.77.3.4');
      await settle(4_000);
      stage.mark('the server is killed and started again');
      printFigure('the server was away', await stage.restartServer('SIGKILL'));
      await settle(4_000);
      await talker.over('udp');
      stage.mark('TCP cut');
      await stage.path.block('tcp');
      await settle(3_000);
      await stage.path.block();

      const verdict = verdictOf(await stage.verdicts(), 'talker');
      await printWay(talker);
      expect(verdict).toMatchObject(WHOLE);
      expect(new Set(sessions).size).toBe(1);
    },
    TIMEOUT_MS,
  );

  test.concurrent(
    'T12 T13 [PATH-1] [RECONNECT-1]: of whoever is told to use one transport survives a restart, a new address and a cut on each of them',
    async () => {
      const transports = Object.keys(CARRIED_BY) as (keyof typeof CARRIED_BY)[];
      const cast = transports.map((transport) => ({ name: transport, transport, room: `over-${transport}` }));
      await using stage = await Stage.open(SEED, cast);
      const talkers = transports.map((name) => stage.person(name));
      /** Once all of them are back. */
      const inspectAll = async () => {
        const seen = await Promise.all(talkers.map((talker) => talker.inspect()));
        expect(seen.map(({ transport }) => transport)).toEqual(transports);
        await Bun.sleep(1_500);
        return seen.map(({ sessionId }) => sessionId);
      };
      const sessions = await inspectAll();
      for (const talker of talkers) await talker.talk(TALK_EVERY_MS);
      await Bun.sleep(1_000);
      stage.mark('the server is killed and started again');
      printFigure('the server was away', await stage.restartServer('SIGKILL'));
      await inspectAll();
      stage.mark('the server restarts');
      printFigure('the server was away', await stage.restartServer('SIGTERM'));
      await inspectAll();
      stage.mark('the address changes');
      await stage.path.moveNear('10.77.3.4');
      await Bun.sleep(3_000);
      await inspectAll();
      for (const protocol of ['udp', 'tcp']) {
        stage.mark(`${protocol} cut`);
        await stage.path.block(protocol);
        await Bun.sleep(3_000);
        await stage.path.block();
        await inspectAll();
      }
      expect(await inspectAll()).toEqual(sessions);

      const verdicts = await stage.verdicts();
      for (const transport of transports) {
        const verdict = verdictOf(verdicts, transport);
        await printWay(stage.person(transport));
        expect(verdict).toMatchObject(WHOLE);
      }
    },
    TIMEOUT_MS,
  );
});
