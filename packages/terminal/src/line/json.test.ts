import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { PLACES, type Shown } from '../testing/hostile/places.ts';
import { JsonPresenter } from './json.ts';

/** They follow on a password, which no program is asked for. */
const NEVER = ['tokenCreated', 'recoveryCodes'];

function lines(presenter: JsonPresenter, shown: Shown): readonly string[] {
  switch (shown.kind) {
    case 'event':
      return presenter.event(shown.event);
    case 'reply':
      return presenter.reply(shown.reply, 1);
    case 'transfer':
      return presenter.transfer(shown.transfer, shown.state);
    case 'failure':
      return presenter.failure(shown.failure, 1);
    case 'answer':
      return presenter.answer(shown.answer, 1);
  }
}

test('C3: docs/commands.md lists the types and fields that programs get', async () => {
  const documentation = await Bun.file(join(import.meta.dir, '../../../../docs/commands.md')).text();
  const presenter = new JsonPresenter();
  for (const place of PLACES) {
    const [line = ''] = lines(presenter, place.shows('x'));
    const { type, line: _, ...fields } = JSON.parse(line);
    if (NEVER.includes(type)) continue;
    const row = documentation
      .split('\n')
      .find((one) => one.startsWith('| `') && one.split(' | ')[0]?.includes(`\`${type}\``));
    expect([type, row]).toEqual([type, expect.anything()]);
    const isAList = row?.includes('a list of the same name') === true;
    const explained = row?.includes('the same and') === true ? documentation : row;
    if (!isAList) for (const field of Object.keys(fields)) expect(explained).toContain(`\`${field}\``);
  }
});
