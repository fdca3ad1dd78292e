import { afterAll, describe, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isSame, LAUNCH_LASTS_MS, LaunchSecret, writeDoor } from './launch.ts';

const place = mkdtempSync(join(tmpdir(), 'sotto-launch-'));
afterAll(() => rmSync(place, { recursive: true }));

describe('the secret of a launch', () => {
  test('[RELAY-4] C1: works once', () => {
    const secret = new LaunchSecret(0);
    expect(secret.use(secret.value, 1)).toBe(true);
    expect(secret.use(secret.value, 2)).toBe(false);
  });

  test('[RELAY-4] C1: works until its time is over, and a wrong one does not use it up', () => {
    const early = new LaunchSecret(1_000);
    for (const wrong of ['', 'x', `${early.value}x`, early.value.slice(1), early.value.toUpperCase()])
      expect(early.use(wrong, 1_000)).toBe(false);
    expect(early.use(early.value, 1_000 + LAUNCH_LASTS_MS - 1)).toBe(true);
    const late = new LaunchSecret(1_000);
    expect(late.use(late.value, 1_000 + LAUNCH_LASTS_MS)).toBe(false);
  });

  test('[RELAY-9] C1: answers its own question as long as it works', () => {
    const secret = new LaunchSecret(0);
    const asked = (question: string, nowMs = 1) => secret.answers(question, nowMs);
    expect([asked(secret.question), asked(''), asked(secret.value)]).toEqual([true, false, false]);
    expect(asked(secret.question, LAUNCH_LASTS_MS)).toBe(false);
    secret.use(secret.value, 1);
    expect(asked(secret.question)).toBe(false);
  });

  test('[RELAY-4] C1: is 32 bytes of its own each time', () => {
    const [one, other] = [new LaunchSecret(0).value, new LaunchSecret(0).value];
    expect(one).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(one).not.toBe(other);
  });

  test.each([
    ['a', 'a', true],
    ['a', 'b', false],
    ['a', 'ab', false],
    ['', '', true],
    ['ä', 'a', false],
  ])('[RELAY-3] C1: %j and %j are the same: %p', (a, b, same) => {
    expect(isSame(a, b)).toBe(same);
  });
});

const SECRET = { value: 'the-secret', question: 'the-question', answer: 'the-answer' };

/** To which origins the file posts where this is answered, and then the time for it is over; and whether it says what to do. */
async function ledBy(
  plainOrigin: string | undefined,
  answer: string | Error | undefined,
  when: 'at once' | 'late' = 'at once',
) {
  const door = await writeDoor(place, { origin: 'http://x.localhost:1', plainOrigin }, SECRET);
  const html = readFileSync(door.path, 'utf8');
  await door.remove();
  const words = { hidden: true };
  const entered: string[] = [];
  const form = { action: '', submit: () => entered.push(form.action.replace('/enter', '')) };
  const answered = Promise.withResolvers<void>();
  if (when === 'at once') answered.resolve();
  const asked: string[] = [];
  const fetched = async (address: string) => {
    asked.push(address);
    if (answer === undefined) return new Promise(() => {});
    if (answer instanceof Error) throw answer;
    return { text: () => answered.promise.then(() => answer) };
  };
  let late = () => {};
  const script = /<script>(.*)<\/script>/s.exec(html)?.[1] ?? '';
  new Function('document', 'fetch', 'setTimeout', script)(
    { forms: [form], querySelector: () => words },
    fetched,
    (run: () => void) => (late = run),
  );
  await Bun.sleep(0);
  late();
  answered.resolve();
  await Bun.sleep(0);
  expect(asked).toEqual(['http://x.localhost:1/enter?question=the-question']);
  return { entered, says: !words.hidden };
}

describe('the file that lets a browser in', () => {
  test('[RELAY-4] C1: only its user can read it, and it goes with its folder', async () => {
    const way = { origin: 'http://x.localhost:1', plainOrigin: undefined };
    const door = await writeDoor(place, way, SECRET);
    const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
    expect([mode(door.path), mode(dirname(door.path))]).toEqual(['600', '700']);
    const html = readFileSync(door.path, 'utf8');
    expect(html).toContain('action="http://x.localhost:1/enter"');
    expect(html.match(/the-secret/g)).toHaveLength(1);
    await door.remove();
    await door.remove();
    expect(existsSync(dirname(door.path))).toBe(false);
  });

  const PLAIN = 'http://127.0.0.1:1';
  const NAMED = 'http://x.localhost:1';
  test.each([
    ['the relay answers', 'the-answer', true],
    ['somebody else answers', 'yes', false],
    ['the question comes back', 'the-question', false],
    ['the name is not found', new TypeError('not found'), false],
    ['nobody answers in time', undefined, false],
  ])('[RELAY-9] C1: where %s, the secret goes to no stranger', async (_, answer, isRelay) => {
    expect(await ledBy(PLAIN, answer)).toEqual({ entered: [isRelay ? NAMED : PLAIN], says: false });
    expect(await ledBy(undefined, answer)).toEqual({ entered: isRelay ? [NAMED] : [], says: !isRelay });
  });

  test('[RELAY-9] C1: a relay that answers late is gone to, where nothing else was', async () => {
    expect(await ledBy(undefined, 'the-answer', 'late')).toEqual({ entered: [NAMED], says: true });
    expect(await ledBy(PLAIN, 'the-answer', 'late')).toEqual({ entered: [PLAIN], says: false });
  });
});
