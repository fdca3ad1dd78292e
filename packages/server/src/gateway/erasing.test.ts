/** From the request to the bytes of the files, by the server's own clock (M9). */
import { expect, test } from 'bun:test';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOBBY } from '@sotto/model';
import { PasswordClient } from '../testing/password-client.ts';
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

test('[DELETE-1] [ERASE-3] A8: a minute after an account was deleted no file has a word of its drafts and its profile', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sotto-erasing-'));
  const world = await createWorld({ url: `sqlite:${join(directory, 'sotto.db')}` });
  const words = () =>
    readdirSync(directory).flatMap(
      (name) => readFileSync(join(directory, name), 'latin1').match(/wordqb[a-z]+/g) ?? [],
    );
  await world.user('owner');
  const alice = await PasswordClient.create(world, 'alice', 'p');
  await alice.request('setProfile', { profile: { about: 'wordqbone' } });
  const draft = { case: 'draft' as const, value: { room: LOBBY, text: 'wordqbtwo' } };
  await alice.request('setSetting', { setting: { setting: draft } });
  await world.clock.advance(60_000);
  expect(new Set(words())).toEqual(new Set(['wordqbone', 'wordqbtwo']));
  await alice.prove('p');
  await alice.request('deleteAccount', {});
  await world.clock.advance(60_000);
  expect(words()).toEqual([]);

  expect(world.errors).toEqual([]);
  await world.close();
  rmSync(directory, { recursive: true });
}, 30_000);

test('[RETENTION-1] [ERASE-2] M10: eleven minutes after its term no file has a word of a message, nor of its edits', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sotto-erasing-'));
  const url = `sqlite:${join(directory, 'sotto.db')}`;
  const words = () =>
    new Set(
      readdirSync(directory).flatMap(
        (name) => readFileSync(join(directory, name), 'latin1').match(/wordqc[a-z]+/g) ?? [],
      ),
    );
  const before = await createWorld({ url });
  const talk = new Talk(before);
  const owner = await before.user('owner');
  talk.room = await talk.newRoom(owner, 'tea');
  const room = { reference: { case: 'number' as const, value: talk.room } };
  await before.run(owner.peer.request('changeRoom', { room, settings: { retentionDays: 1 } }));
  const message = await talk.say(owner, 'wordqcone @room');
  await talk.change(owner, message, edit('wordqctwo'));
  await before.clock.advance(1_000);
  const startMs = before.clock.now() + 25 * 60 * 60_000;
  await before.close();
  expect(words()).toEqual(new Set(['wordqcone', 'wordqctwo']));

  const after = await createWorld({ url, startMs, seed: 2 });
  await after.clock.advance(11 * 60_000);
  expect(words()).toEqual(new Set());
  expect(after.errors).toEqual([]);
  await after.close();
  rmSync(directory, { recursive: true });
}, 60_000);
