/** Assistants as people and operators use them: the command, a server, and a server of models, each of its own. */
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { ModelServer } from '@sotto/server/testing/providers';
import { type Running, Workplace } from './testing/sotto.ts';

setDefaultTimeout(30_000);

const ENTER = '\r';
const KEY = 'sk-nobody-sees-this';
const place = new Workplace();
let models: ModelServer;
let server: Running;
let address = '';

beforeAll(async () => {
  models = await ModelServer.start('openai', { key: KEY });
  place.file(
    '.env',
    `SOTTO_AI_PROVIDER=openai\nSOTTO_AI_URL=${models.url}\nSOTTO_AI_KEY=${KEY}\nSOTTO_AI_MODEL=small\nOTHER_KEY=${KEY}\n`,
  );
  server = place.start('serve', '127.0.0.1', '0', '--only', 'tls', '--demo', '--data', 'data');
  await server.line('ready');
  address = (await server.line('listening tls')).split(' ').at(-1) ?? '';
});
afterAll(async () => {
  await place.close();
  await models.close();
});
beforeEach(() => models.always({ kind: 'answer', text: 'Tomatoes are fruit.' }));

function options(user: string): string[] {
  const passwords: Readonly<Record<string, string>> = { alice: 'p1', bob: 'p2', cam: 'p3' };
  const file = place.file(`${user}.password`, `${passwords[user]}\n`);
  return ['chat', '--server', address, '--trust-first', '--user', user, '--password-file', file];
}

const admin = (...words: readonly string[]) =>
  place.runHere(['admin', 'assistants', ...words, '--data', 'data']);
/** What a model was told last. */
const told = () => JSON.stringify(models.requests.at(-1)?.body);

describe('asking in the line client (I2, C3)', () => {
  test('I2 C3: in a pipe the end of input waits for the answer, which everybody sees', async () => {
    const bob = place.startHere(...options('bob'));
    await bob.line('* Signed in');
    const lines = ['0: the tomatoes are ripe', '/ai are tomatoes fruit?'];
    const { code, output } = await place.run(options('alice'), lines);
    expect(code).toBe(0);
    expect(output).toContain('[#lobby] alice: @assistant are tomatoes fruit?');
    expect(output).toContain(
      '  > alice: @assistant are tomatoes fruit?\n[#lobby] assistant: Tomatoes are fruit.',
    );
    expect(told()).toContain('the tomatoes are ripe');
    await bob.line('[#lobby] assistant: Tomatoes are fruit.');
    bob.end();
    expect((await bob.finished()).code).toBe(0);
  });

  test('I2 C3: what only the asker is told is printed to them alone, and what nobody may see is not told', async () => {
    const bob = place.startHere(...options('bob'));
    await bob.line('* Signed in');
    models.always({ kind: 'answer', text: 'Private words, see #lobby/1.' });
    const lines = [
      '/ai summary #lobby',
      '/ai translate #lobby/2 French',
      '/ai search tomatoes',
      '/ai catch-up #lobby 1h',
    ];
    const { code, output, errors } = await place.runHere(options('cam'), lines);
    expect([code, errors]).toEqual([0, expect.any(String)]);
    expect(output.match(/\[#lobby\] assistant, only you see this: Private words/g)).toHaveLength(3);
    expect(output).toContain('\nassistant, only you see this: Private words');
    bob.write('0: the end');
    await bob.line('the end');
    bob.end();
    expect((await bob.finished()).output).not.toContain('Private words');
  });

  test('I3 C3: a provider that fails is one line to the asker, and the exit code says so', async () => {
    models.always({ kind: 'status', status: 401 });
    const { code, output, errors } = await place.runHere(options('alice'), ['0: hm', '/ai are you there?']);
    expect(code).toBe(1);
    expect(errors).toMatch(/^! assistant: no answer \(#lobby\/\d+\)\. The assistant could not answer/m);
    expect(errors + output).not.toContain('401');
    expect(errors + output).not.toContain(KEY);
  });

  test('I2 C3: for programs each state is an object', async () => {
    models.always({ kind: 'answer', text: 'One two three.', pauseMs: 300 });
    const { output } = await place.runHere([...options('alice'), '--json'], ['0: hm', '/ai count']);
    const answers = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ type }) => type === 'answer');
    expect(answers.at(-1)).toMatchObject({
      state: 'done',
      sequence: expect.any(Number),
      asker: { name: 'alice' },
    });
    const texts = answers.filter(({ state }) => state === 'writing').map(({ text }) => text);
    expect(texts.every((text) => 'One two three.'.startsWith(text))).toBe(true);
    expect(texts.some((text) => text !== '')).toBe(true);
  });

  test('I2 C3: at a terminal it is written above the prompt, and stops when it is told to', async () => {
    const words = Array.from({ length: 500 }, (_, at) => `word${at}`).join(' ');
    models.always({ kind: 'answer', text: words, pauseMs: 50 });
    const seat = place.sit(...options('bob'));
    await seat.sees('* Signed in as bob');
    seat.type(`0: hello${ENTER}`);
    await seat.sees('[#lobby] bob: hello');
    seat.type(`/ai talk${ENTER}`);
    await seat.sees('assistant is writing: word0 word1');
    seat.type(`/ai stop${ENTER}`);
    await seat.sees('[#lobby] assistant: word0 word1');
    seat.type(`/quit${ENTER}`);
    expect(await seat.exited()).toBe(0);
    expect(seat.screen()).toContain('stopped');
    expect(seat.screen()).not.toContain('word499');
  });
});

describe('sotto admin assistants (I1, O2)', () => {
  test('[ACCOUNT-8] I1 A7: accounts of --demo come first, and keep their names', async () => {
    const words = 'serve 127.0.0.1 0 --only tls --demo --data taken --ai-name alice';
    const [{ output }, taken] = await Promise.all([
      place.runHere(['admin', 'users', '--data', 'data']),
      place.runHere(words.split(' ')),
    ]);
    expect(output).toMatch(/^1 +alice +owner/m);
    expect(output).toMatch(/^4 +assistant +assistant/m);
    expect([taken.code, taken.errors]).toEqual([2, expect.stringContaining('SOTTO_AI_NAME "alice"')]);
    expect((await place.runHere(['admin', 'users', '--data', 'taken'])).output).toMatch(/^1 +alice +owner/m);
  });

  test('I1: lists the first one, what it cost, and where it asks; never the key', async () => {
    await place.runHere(options('bob'), ['0: hm', '/ai are tomatoes fruit?']);
    const [{ code, output }, one] = await Promise.all([admin(), admin('assistant')]);
    expect(code).toBe(0);
    expect(output).toMatch(/^4 +assistant +on +openai +small +127\.0\.0\.1:\d+ +[1-9]\d* +[1-9]\d*$/m);
    expect(one.output).toMatch(/^key +SOTTO_AI_KEY$/m);
    expect(output + one.output).not.toContain(KEY);
  });

  test('I1 ASSIST-3: another one is added, answers beside a running server, is changed, disabled and enabled', async () => {
    const settings = ['--model', 'large', '--key-variable', 'OTHER_KEY', '--prompt', 'Be brief.'];
    const made = await admin('helper', '--add', ...settings);
    expect(made.output).toMatch(/^helper is an assistant, number \d+\n$/);
    const [one, again] = await Promise.all([admin('helper'), admin('helper', '--add')]);
    expect(one.output).toMatch(/^model +large$/m);
    expect(again.errors).toContain('helper');
    models.always({ kind: 'answer', text: 'I help.' });
    const asked = () => place.runHere(options('cam'), ['0: hm', '/ai @helper are you there?']);
    const first = await untilTold(asked, 'I help.');
    expect(first.output).toContain('[#lobby] helper: I help.');
    expect(models.requests.at(-1)?.body).toMatchObject({ model: 'large' });
    expect(told()).toContain('Be brief.');
    expect((await admin('helper', '--model', 'small', '--prompt', '-')).output).toBe('helper is changed\n');
    expect((await admin('helper', '--disable')).output).toBe('helper answers nobody\n');
    const [all, off] = await Promise.all([admin(), untilTold(asked, 'switched off')]);
    expect(all.output).toMatch(/^\d+ +helper +disabled +openai +small/m);
    expect(off.code).toBe(1);
    expect((await admin('helper', '--enable')).output).toBe('helper answers again\n');
    for (const act of ['suspend', 'restore'] as const) {
      const { output } = await place.runHere(['admin', act, 'helper', '--data', 'data']);
      expect(output).toBe(act === 'suspend' ? 'helper is suspended\n' : 'helper answers again\n');
    }
    expect((await place.runHere(['admin', 'audit', '--data', 'data'])).output).toMatch(
      /server +disableAssistant +\d+ helper/,
    );
  });

  test('I1: a question from the command line prints the answer, time and tokens, or what to do', async () => {
    const [good, tried] = await Promise.all([
      admin('assistant', '--ask', 'hello'),
      place.runHere(['admin', 'assistants', '--ask', 'hello', '--model', 'large']),
    ]);
    expect([good.code, good.output]).toEqual([0, 'Tomatoes are fruit.\n']);
    expect(good.errors).toMatch(/^sotto: small at 127\.0\.0\.1:\d+ answered: first text after .* tokens$/m);
    expect(tried.errors).toContain('large at');
    for (const [mode, said] of [
      [{ kind: 'status', status: 401 }, 'check SOTTO_AI_KEY'],
      [{ kind: 'cutOff', words: 1, text: 'One two' }, 'no answer'],
    ] as const) {
      models.always(mode);
      const { code, errors } = await admin('--ask', 'hello');
      expect([code, errors]).toEqual([1, expect.stringContaining(said)]);
      expect(errors).not.toContain(KEY);
    }
  });

  test('I1 I3: the configured key goes nowhere but where the configuration says', async () => {
    const other = await ModelServer.start('openai', { key: 'another' });
    const { code } = await admin('--ask', 'hello', '--url', other.url);
    const { authorization } = other.requests[0]?.headers ?? {};
    await other.close();
    expect([code, other.requests.length, authorization]).toEqual([1, 1, undefined]);
  });

  test('I1 O2: a provider that says nothing is not waited for longer than is set', async () => {
    models.always({ kind: 'silent' });
    const elsewhere = new Workplace();
    elsewhere.file(
      '.env',
      `SOTTO_AI_PROVIDER=openai\nSOTTO_AI_URL=${models.url}\nSOTTO_AI_KEY=${KEY}\nSOTTO_AI_MODEL=small\nSOTTO_AI_TIMEOUT=1s\n`,
    );
    const { code, errors } = await elsewhere.runHere(['admin', 'assistants', '--ask', 'hello']);
    await elsewhere.close();
    expect([code, errors]).toEqual([1, expect.stringContaining('said nothing for 1 s')]);
  });

  test('I1 O2: what does not fit is said with the way out, and a key in place of its name is not repeated', async () => {
    await admin('keyless', '--add', '--key-variable', 'LATER_KEY');
    const wrong = [
      [['nobody'], 'assistant nobody'],
      [['--add'], 'NAME is missing'],
      [['assistant', '--enable', '--disable'], 'two things'],
      [['alice', '--add'], 'alice'],
      [['other', '--add', '--key-variable', KEY], '--key-variable is no name of a variable'],
      [['--ask', 'hello', '--key-variable', 'NOT_SET'], 'NOT_SET is set neither'],
      [['keyless', '--ask', 'hello'], 'LATER_KEY is set neither'],
    ] as const;
    const finished = await Promise.all(wrong.map(([words]) => admin(...words)));
    for (const [at, [, said]] of wrong.entries()) {
      const { code = 0, errors = '' } = finished[at] ?? {};
      expect(code).not.toBe(0);
      expect(errors).toContain(said);
      expect(errors).not.toContain(KEY);
    }
  });
});

/** What `sotto admin` changed holds within two seconds. */
async function untilTold(ask: () => ReturnType<Workplace['run']>, said: string) {
  for (let tries = 0; tries < 40; tries++) {
    if (tries > 0) await Bun.sleep(250);
    const finished = await ask();
    if ((finished.output + finished.errors).includes(said)) return finished;
  }
  throw new Error(`${said} was never said`);
}
