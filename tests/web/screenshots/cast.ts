/** Twenty people of a small company that lends bicycles, and how they want to be seen. */
import type { ProfileChanges } from '@sotto/client';

export interface Member {
  readonly name: string;
  readonly profile: ProfileChanges;
  /** At a client while the pictures are taken. */
  readonly online: boolean;
}

const someone = (
  name: string,
  displayName: string,
  online: boolean,
  profile: ProfileChanges = {},
): Member => ({
  name,
  online,
  profile: { displayName, ...profile },
});

export const CAST: readonly Member[] = [
  someone('mara', 'Mara Lindqvist', true, {
    about: 'Product. Ask me what we are not building.',
    timeZone: 'Europe/Stockholm',
  }),
  someone('jonas', 'Jonas Weber', true, {
    about: 'Backend, mostly the dispatcher',
    statusEmoji: '🎧',
    statusText: 'Deep work until 3',
  }),
  someone('amira', 'Amira Haddad', true, { about: 'Design', statusEmoji: '🎨', statusText: 'Maps' }),
  someone('tomasz', 'Tomasz Nowak', true, { about: 'Mobile' }),
  someone('priya', 'Priya Raman', true, { about: 'Data and routing', timeZone: 'Asia/Kolkata' }),
  someone('liam', 'Liam O’Connor', true, { about: 'Workshop, Dublin', timeZone: 'Europe/Dublin' }),
  someone('sofia', 'Sofía Álvarez', true, {
    about: 'Support lead',
    statusEmoji: '☎️',
    statusText: 'On the phones',
  }),
  someone('kenji', 'Kenji Mori', true, { about: 'Locks and firmware', timeZone: 'Asia/Tokyo' }),
  someone('nora', 'Nora Dahl', true, { about: 'Operations' }),
  someone('elif', 'Elif Yıldız', true, { about: 'Web' }),
  someone('ben', 'Ben Achterberg', true, { about: 'Security' }),
  someone('chiara', 'Chiara Rossi', true, { about: 'Marketing' }),
  someone('david', 'David Mensah', false, {
    about: 'City partnerships',
    statusEmoji: '🌴',
    statusText: 'Back on Monday',
  }),
  someone('hanna', 'Hanna Kowalczyk', false, { about: 'Finance' }),
  someone('ivan', 'Ivan Petrov', false, { about: 'Infrastructure' }),
  someone('julia', 'Julia Steiner', false, { about: 'People' }),
  someone('omar', 'Omar Farouk', false, { about: 'Rebalancing crew' }),
  someone('wei', 'Wei Chen', false, { about: 'Data' }),
  someone('zoe', 'Zoë Martin', false, { about: 'Legal' }),
  someone('pete', 'Pete Anderson-Whitfield the Third', false, { about: 'Workshop, Leeds' }),
];
