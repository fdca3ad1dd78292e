/** Rooms, people and messages of every sort, so that each screen has something to show. */
import type { SottoClient } from '@sotto/client';
import type { House } from '../support/house.ts';
import type { Place } from './screen.ts';

export interface Furnished {
  /** Owns the server, and is the one who looks. */
  readonly olive: SottoClient;
  readonly bob: SottoClient;
  /** Where each kind of screen begins, and the heading that says so. */
  readonly rooms: Readonly<Record<Place, { number: number; title: string }>>;
}

/** No room has this number. */
const NOWHERE = 4_711;
const CODE = '```ts\nconst beds: number = 4; // enough\n```';
const TABLE = '| bed | what |\n|---|---|\n| 1 | peas |';

export async function furnish(house: House): Promise<Furnished> {
  const olive = await house.friend('olive');
  const bob = await house.friend('bob');
  const garden = await olive.createRoom('garden', { topic: 'What grows, and who waters it this week' });
  const empty = await olive.createRoom('empty');
  await bob.createRoom('news', { announcement: true });
  await bob.joinRoom('garden');
  await house.friend('dora');
  await olive.moderation.ban('garden', 'dora', { reason: 'spam' });
  await olive.joinRoom('news');
  await talk(olive, bob);
  await bob.sendDirect(['olive'], 'hello');
  const direct = await bob.openDirect('olive');
  await bob.createRoom('attic', { private: true });
  await bob.inviteMember('attic', 'olive');
  return {
    olive,
    bob,
    rooms: {
      garden: { number: garden.number, title: 'garden' },
      empty: { number: empty.number, title: 'empty' },
      direct: { number: direct.number, title: 'bob' },
      nowhere: { number: NOWHERE, title: 'Sotto' },
    },
  };
}

async function talk(olive: SottoClient, bob: SottoClient): Promise<void> {
  const say = async (who: SottoClient, text: string, options = {}) =>
    (await who.send('garden', text, options)).sequence;
  const roof = await say(bob, 'what about the roof?');
  await say(olive, 'I look at it on Sunday', { thread: roof });
  const beans = await say(bob, `for **@olive**: beans, see #garden/1 and https://a.example/b\n\n${TABLE}`);
  await olive.pin('garden', beans);
  await olive.react('garden', beans, '👍');
  await bob.react('garden', beans, '🎉');
  await say(bob, `${CODE}\n\n> said *so*\n\n- one\n  - [x] two`);
  const changed = await say(bob, 'not yet');
  await bob.edit('garden', changed, 'now edited');
  const gone = await say(bob, 'to be taken back');
  await say(olive, 'an answer', { replyTo: gone });
  await bob.delete('garden', gone);
  await say(olive, 'my own words');
  const seeds = new File(['beans, peas\n'], 'seeds.txt', { type: 'text/plain' });
  await bob.sendFile('garden', seeds, { text: 'the list', preview: { text: 'beans, peas' } });
}
