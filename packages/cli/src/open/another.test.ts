import { afterAll, afterEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anotherWindow, WindowDesk } from './another.ts';

const place = mkdtempSync(join(tmpdir(), 'sotto-another-'));
afterAll(() => rmSync(place, { recursive: true }));

const servers: Bun.Server<undefined>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) void server.stop(true);
});

/** Something at a port, which notes what it was asked. */
function listen(answer: (body: string) => Promise<string | undefined>) {
  const asked: string[] = [];
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      asked.push(await request.text());
      const text = await answer(asked.at(-1) ?? '');
      return new Response(text ?? 'no', { status: text === undefined ? 403 : 200 });
    },
  });
  servers.push(server);
  return { asked, origin: `http://x.localhost:${server.port}` };
}

describe('another window of a relay that runs', () => {
  test('[RELAY-8] C1: whoever reads the note gets a file, and the key is in no request', async () => {
    const desk = new WindowDesk(async (folder) => `file:///${folder}/open.html`);
    const { asked, origin } = listen((body) => desk.answer(body));
    const remove = await desk.note(place, origin);
    const note = join(place, 'relay');
    expect((statSync(note).mode & 0o777).toString(8)).toBe('600');
    const { key } = JSON.parse(readFileSync(note, 'utf8')) as { key: string };
    expect(await anotherWindow(place, 'session')).toBe('file:///session/open.html');
    expect(await anotherWindow(place, 'home')).toBe('file:///home/open.html');
    expect(asked.join()).not.toContain(key);
    // The same words again would be the same answer: what is asked for is a file that only this user can read.
    expect(new Set(asked).size).toBe(2);
    await remove();
    expect(await anotherWindow(place, 'session', 1)).toBeUndefined();
  });

  test('[RELAY-8] C1: without the key, or with words that were changed, there is no answer', async () => {
    let doors = 0;
    const desk = new WindowDesk(async () => `file:///${doors++}`);
    const { asked, origin } = listen((body) => desk.answer(body));
    const remove = await desk.note(place, origin);
    await anotherWindow(place, 'session');
    await remove();
    const [good = ''] = asked;
    for (const body of [
      '',
      'nonce=x&folder=session&proof=x',
      good.replace('session', 'home'),
      good.replace('session', '/etc'),
      good.replace(/nonce=(.)/, (_, first) => `nonce=${first === 'A' ? 'B' : 'A'}`),
      good.slice(0, -1),
    ])
      expect([body, await desk.answer(body)]).toEqual([body, undefined]);
    expect(doors).toBe(1);
  });

  test('[RELAY-8] C1: a stranger at the port of a relay that is gone learns no key, and is not believed', async () => {
    const { asked, origin } = listen(async () =>
      JSON.stringify({ address: 'file:///stranger.html', proof: 'x'.repeat(43) }),
    );
    writeFileSync(join(place, 'relay'), JSON.stringify({ origin, key: 'the-key' }));
    expect(await anotherWindow(place, 'session', 1)).toBeUndefined();
    expect(asked).toHaveLength(1);
    expect(asked[0]).not.toContain('the-key');
    rmSync(join(place, 'relay'));
  });
});
