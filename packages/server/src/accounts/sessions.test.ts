import { beforeAll, describe, expect, test } from 'bun:test';
import { GENERATION_MAX, GENERATION_STEP_MAX, type SessionId, type UserNumber } from '@sotto/model';
import { ErrorCode } from '@sotto/schema';
import fc from 'fast-check';
import type { Channel } from './channel.ts';
import { type Device, logIn, makeChannel, makeDevice, refusal, register } from './testing/client.ts';
import { makeWorld, type World } from './testing/world.ts';

let device: Device;
let thief: Device;
beforeAll(async () => {
  [device, thief] = await Promise.all([makeDevice(), makeDevice()]);
});

async function loggedIn() {
  const world = await makeWorld();
  await register(world.accounts, 'alice', 'right');
  return { world, grant: await logIn(world.accounts, 'alice', 'right', device) };
}

const resume = async (world: World, token: Uint8Array, channel: Channel = makeChannel(), by = device) =>
  world.accounts.sessions.resume(
    { token, signature: await by.sign('sotto/1 resume', channel), generation: 0 },
    channel,
  );

/** Names the generation that the session is to have. */
async function resumeAs(world: World, token: Uint8Array, generation: number) {
  const channel = makeChannel();
  const signature = await device.sign('sotto/1 resume', channel);
  return world.accounts.sessions.resume({ token, signature, generation }, channel);
}

describe('sessions (T11, T12, T13)', () => {
  test('[SESSION-1] no token is stored as it is', async () => {
    const { world, grant } = await loggedIn();
    expect(await world.store.sessionByToken(grant.token)).toBeUndefined();
  });

  test('[SESSION-2] a session goes on from any address, after a restart, in a higher generation', async () => {
    const { world, grant } = await loggedIn();
    const resumed = await resume(await world.restart(), grant.token, makeChannel('2001:db8::7'));
    expect(resumed.session).toMatchObject({
      id: grant.session.id,
      device: grant.session.device,
      generation: 2,
    });
    expect(resumed.user.name).toBe('alice');
    expect(resumed.token).not.toEqual(grant.token);
  });

  test('[SESSION-3] a reply that is lost costs nothing: the old token holds until the new one is used', async () => {
    const { world, grant } = await loggedIn();
    await resume(world, grant.token);
    await resume(world, grant.token);
    const { token, session } = await resume(world, grant.token);
    expect(session.generation).toBe(4);
    await resume(world, token);
    expect((await refusal(resume(world, grant.token)))?.code).toBe(ErrorCode.SESSION_UNKNOWN);
    expect((await resume(world, token)).session.generation).toBe(6);
  });

  test('[SESSION-2] a token without its device key changes nothing', async () => {
    const { world, grant } = await loggedIn();
    const stolen = await refusal(resume(world, grant.token, makeChannel(), thief));
    expect(stolen?.code).toBe(ErrorCode.DOWNGRADE_DETECTED);
    expect((await resume(world, grant.token)).session.generation).toBe(2);
  });

  test('[SESSION-2] [BIND-2] nor does a signature made for another connection, or for a log-in', async () => {
    const { world, grant } = await loggedIn();
    const channel = makeChannel();
    for (const signature of [
      await device.sign('sotto/1 resume', makeChannel()),
      await device.sign('sotto/1 device', channel),
    ]) {
      const resumed = world.accounts.sessions.resume(
        { token: grant.token, signature, generation: 0 },
        channel,
      );
      expect((await refusal(resumed))?.code).toBe(ErrorCode.DOWNGRADE_DETECTED);
    }
    expect((await resume(world, grant.token)).session.generation).toBe(2);
  });

  test('[SESSION-8] T12: the session is in the generation that the client names', async () => {
    const { world, grant } = await loggedIn();
    const { token, session } = await resumeAs(world, grant.token, 7);
    expect(session.generation).toBe(7);
    expect((await resumeAs(world, token, 0)).session.generation).toBe(8);
  });

  test('[SESSION-8] T12: a Resume that comes late takes nothing over, though its token is still valid', async () => {
    const { world, grant } = await loggedIn();
    const { token } = await resumeAs(world, grant.token, 4);
    for (const late of [1, 2, 3, 4])
      expect((await refusal(resumeAs(world, grant.token, late)))?.code).toBe(ErrorCode.SESSION_TAKEN_OVER);
    // Neither token has changed.
    expect((await resumeAs(world, grant.token, 5)).session.generation).toBe(5);
    expect((await refusal(resumeAs(world, token, 6)))?.code).toBe(ErrorCode.SESSION_UNKNOWN);
  });

  test('[SESSION-3] [SESSION-8] grants that are lost cost nothing: each attempt names the next one', async () => {
    const { world, grant } = await loggedIn();
    for (const generation of [2, 3, 4]) await resumeAs(world, grant.token, generation);
    const { token, session } = await resumeAs(world, grant.token, 5);
    expect(session.generation).toBe(5);
    expect((await resumeAs(world, token, 6)).session.generation).toBe(6);
  });

  test('[SESSION-8] a generation out of reach is refused, and the session goes on', async () => {
    const { world, grant } = await loggedIn();
    for (const far of [GENERATION_STEP_MAX + 2, GENERATION_MAX])
      expect((await refusal(resumeAs(world, grant.token, far)))?.code).toBe(ErrorCode.ARGUMENT_INVALID);
    expect((await resumeAs(world, grant.token, GENERATION_STEP_MAX + 1)).session.generation).toBe(
      GENERATION_STEP_MAX + 1,
    );
  });

  test('[SESSION-8] a session that can rise no more has ended', async () => {
    const { world, grant } = await loggedIn();
    world.store.rotateSession = async () => ({ kind: 'ended' });
    expect((await refusal(resume(world, grant.token)))?.code).toBe(ErrorCode.SESSION_REVOKED);
  });

  test('[SESSION-4] an unknown token and an ended session are told apart', async () => {
    const { world, grant } = await loggedIn();
    expect((await refusal(resume(world, new Uint8Array(32))))?.code).toBe(ErrorCode.SESSION_UNKNOWN);
    expect(await world.accounts.sessions.end(grant.session.id)).toBe(true);
    expect(await world.accounts.sessions.end(grant.session.id)).toBe(false);
    expect((await refusal(resume(world, grant.token)))?.code).toBe(ErrorCode.SESSION_REVOKED);
  });

  test('[SESSION-5] logging in again on a device ends its earlier session, and no other device’s', async () => {
    const { world, grant } = await loggedIn();
    const other = await logIn(world.accounts, 'alice', 'right', thief);
    await world.clock.advance(1);
    const again = await logIn(world.accounts, 'alice', 'right', device);
    expect((await refusal(resume(world, grant.token)))?.code).toBe(ErrorCode.SESSION_REVOKED);
    const living = await world.accounts.sessions.list(1 as UserNumber, 10);
    expect(living.map(({ id }) => id)).toEqual([again.session.id, other.session.id]);
  });

  test('[SESSION-7] resuming with any bytes ends with a SottoError', async () => {
    const { world, grant } = await loggedIn();
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.uint8Array({ minLength: 64, maxLength: 64 }),
    );
    const token = fc.oneof(fc.constant(grant.token), fc.uint8Array({ minLength: 32, maxLength: 32 }), bytes);
    const anyGeneration = fc.integer({ min: 0, max: GENERATION_MAX });
    await fc.assert(
      fc.asyncProperty(token, bytes, anyGeneration, async (anyToken, signature, generation) => {
        const request = { token: anyToken, signature, generation };
        const resumed = world.accounts.sessions.resume(request, makeChannel());
        expect(await refusal(resumed)).toBeDefined();
      }),
      { numRuns: 200 },
    );
    expect((await resume(world, grant.token)).session.generation).toBe(2);
  });
});

describe('sessions that end elsewhere (A5)', () => {
  test('[SESSION-6] this process hears at once, another one within two seconds', async () => {
    const { world, grant } = await loggedIn();
    const heard: { here: SessionId[]; there: SessionId[] } = { here: [], there: [] };
    const admin = await world.restart();
    const stopHere = world.accounts.sessions.watchRevocations((ended) => heard.here.push(...ended));
    const stopThere = admin.accounts.sessions.watchRevocations((ended) => heard.there.push(...ended));
    await world.accounts.sessions.end(grant.session.id);
    expect(heard).toEqual({ here: [grant.session.id], there: [] });
    await world.clock.advance(2_000);
    expect(heard.there).toContain(grant.session.id);
    stopHere();
    stopThere();
    const before = heard.there.length;
    await world.clock.advance(2_000);
    await world.clock.advance(2_000);
    expect(heard.there).toHaveLength(before);
  });

  test('[SESSION-6] a poll that fails is reported, and the next one comes', async () => {
    const { world, grant } = await loggedIn();
    const broken = new Error('disk');
    const polls: (() => Promise<SessionId[]>)[] = [
      () => Promise.reject(broken),
      () => Promise.resolve([grant.session.id]),
    ];
    world.store.revokedSince = async () => polls.shift()?.() ?? [];
    const heard: SessionId[] = [];
    const stop = world.accounts.sessions.watchRevocations((ended) => heard.push(...ended));
    await world.clock.advance(1_000);
    expect(world.failures).toEqual([broken]);
    await world.clock.advance(1_000);
    expect(heard).toEqual([grant.session.id]);
    stop();
  });
});
