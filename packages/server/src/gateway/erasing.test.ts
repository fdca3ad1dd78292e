/** From the request to the bytes of the files, by the server's own clock (M9). */
import { expect, test } from 'bun:test';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { edit, remove, Talk } from '../testing/talk.ts';
import { createWorld } from '../testing/world.ts';

test('[ERASE-2] M9: a minute after a message was deleted no file has a word of it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sotto-erasing-'));
  const path = join(directory, 'sotto.db');
  const world = await createWorld({ url: `sqlite:${path}` });
  const talk = new Talk(world);
  const owner = await world.user('owner');
  const alice = await world.user('alice');
  const words = (pattern: RegExp): Set<string> => {
    const files = ['', '-wal', '-shm'].map((suffix) => path + suffix).filter((file) => existsSync(file));
    return new Set(files.flatMap((file) => readFileSync(file, 'latin1').match(pattern) ?? []));
  };
  talk.room = await talk.newRoom(owner, 'tea');
  await talk.join(alice);

  const message = await talk.say(alice, 'wordqaone @owner');
  await talk.change(alice, message, edit('wordqatwo'));
  await talk.say(alice, 'wordqathree');
  // Until it is indexed.
  await world.clock.advance(1_000);
  expect(words(/wordqa[a-z]+/g)).toEqual(new Set(['wordqaone', 'wordqatwo', 'wordqathree']));
  await talk.change(alice, message, remove);
  await world.clock.advance(60_000);
  expect(words(/wordqa[a-z]+/g)).toEqual(new Set(['wordqathree']));

  expect(world.errors).toEqual([]);
  await world.close();
  rmSync(directory, { recursive: true });
}, 30_000);
