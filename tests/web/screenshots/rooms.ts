/** The rooms of the pictures. */

/** A room that is made by the first of its members; the others are added, unless everybody is. */
export interface TalkRoom {
  readonly name: string;
  readonly topic: string;
  readonly private?: true;
  readonly announcement?: true;
  readonly members: readonly string[] | 'everybody';
}

export const ROOMS: readonly TalkRoom[] = [
  { name: 'spring-launch', topic: 'Lisbon and Porto open on 14 April', members: 'everybody' },
  {
    name: 'design',
    topic: 'Screens, maps, words',
    members: ['amira', 'mara', 'elif', 'tomasz', 'chiara', 'priya'],
  },
  {
    name: 'dispatcher',
    topic: 'Which bike goes where, and why',
    members: ['jonas', 'mara', 'priya', 'ivan', 'wei', 'kenji'],
  },
  {
    name: 'incidents',
    topic: 'Something is broken right now',
    members: ['ivan', 'mara', 'jonas', 'ben', 'sofia', 'kenji', 'nora'],
  },
  {
    name: 'announcements',
    topic: 'Read by everybody, written by few',
    announcement: true,
    members: 'everybody',
  },
  {
    name: 'workshop',
    topic: 'Parts, repairs, spare batteries',
    members: ['liam', 'mara', 'pete', 'omar', 'kenji', 'nora'],
  },
  { name: 'support', topic: 'What riders tell us', members: ['sofia', 'mara', 'elif', 'tomasz', 'nora'] },
  { name: 'founders', topic: '', private: true, members: ['mara', 'hanna', 'julia'] },
  { name: 'coffee', topic: 'Anything but bicycles', members: 'everybody' },
];
