/** An assistant's answer, while it is written. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { ModelServer } from '@sotto/server/testing/providers';
import { needs } from '../services.ts';
import { violations } from './support/axe.ts';
import { field, row, send, until } from './support/chat.ts';
import { type House, openHouse } from './support/house.ts';
import type { Person } from './support/person.ts';

setDefaultTimeout(90_000);
const chromium = needs('chromium');
const STORY = `Once upon a time ${'and then '.repeat(200)}they lived.`;

describe.skipIf(chromium === undefined)('asking an assistant', () => {
  let models: ModelServer;
  let house: House;
  let alice: Person;
  beforeAll(async () => {
    models = await ModelServer.start('ollama', { models: ['small'] });
    house = await openHouse(chromium ?? '', {
      flags: ['--ai-provider', 'ollama', '--ai-url', models.url, '--ai-model', 'small'],
    });
    alice = await house.member('alice');
    await field(alice.page).waitFor();
  });
  afterAll(async () => {
    await house?.close();
    await models?.close();
  });

  test('[ANSWERS-1] C1 I1: the answer grows while it is written, and becomes one message', async () => {
    const { page } = alice;
    const seen = Promise.withResolvers<void>();
    const text = `Tomatoes like the sun ${'and the sun '.repeat(80)}and much water.`;
    models.next({ kind: 'answer', text, pauseMs: 100, hurry: seen.promise });
    await send(page, '@assistant what do tomatoes like?');
    await row(page, 'Tomatoes like').getByText('answering alice').waitFor();
    expect(await row(page, 'much water.').count()).toBe(0);
    seen.resolve();
    await row(page, 'much water.').waitFor();
    await until(async () => (await page.getByText('answering alice').count()) === 0);
    expect(await row(page, 'much water.').count()).toBe(1);
  });

  test('C1 I1: who asked can stop it; what was written stays', async () => {
    const { page } = alice;
    models.next({ kind: 'answer', text: STORY, pauseMs: 100 });
    await send(page, '@assistant tell me a story');
    await row(page, 'Once upon a').getByRole('button', { name: 'Stop' }).click();
    await until(async () => (await page.getByRole('button', { name: 'Stop' }).count()) === 0);
    await row(page, 'Once upon a').waitFor();
    expect(await page.getByText('they lived.').count()).toBe(0);
    expect([await violations(page), alice.complaints]).toEqual([[], []]);
  });

  test('[ANSWERS-4] C1 I2: what is asked by a command for one alone stands above the text field until it is closed', async () => {
    const { page } = alice;
    models.next({ kind: 'answer', text: 'You spoke of **tomatoes**.', pauseMs: 50 });
    await send(page, '/ai catch-up 1h');
    const told = page.getByRole('region', { name: /since then/ });
    await told.getByText('tomatoes', { exact: true }).waitFor();
    await told.getByText('Only you see this.').waitFor();
    await until(async () => (await told.getByRole('button', { name: 'Stop' }).count()) === 0);
    expect([await violations(page), await row(page, 'You spoke of').count()]).toEqual([[], 0]);
    await field(page).press('Escape');
    await told.waitFor({ state: 'detached' });
    expect([await field(page).inputValue(), alice.complaints]).toEqual(['', []]);
  });
});
