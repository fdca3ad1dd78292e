/** What is said last, and between two alone. */
import type { Line } from './talk.ts';

/** Said after the reader had seen everything else: these are what is new. */
export const NEW_LINES: readonly Line[] = [
  {
    room: 'spring-launch',
    by: 'priya',
    day: 0,
    at: '09:41',
    text: 'The forecast for the first weekend is ready: **1,900 rides** on Saturday if it does not rain, 700 if it does.',
  },
  {
    room: 'spring-launch',
    by: 'liam',
    day: 0,
    at: '09:44',
    text: 'In Dublin we call 700 a dry day.',
    reactions: { '☔': ['nora', 'sofia'] },
  },
  {
    room: 'design',
    by: 'amira',
    day: 0,
    at: '09:46',
    text: '@mara it is readable in the sun. Pictures follow.',
  },
  {
    room: 'incidents',
    by: 'kenji',
    day: 0,
    at: '09:47',
    text: 'Two locks in Malmö answer late since the update. Watching.',
  },
  { room: 'coffee', by: 'julia', day: 0, at: '09:48', text: 'Rolf has a new leaf.' },
];

/** Between the reader and one other. */
export const DIRECT: readonly (Omit<Line, 'room'> & { with: string })[] = [
  {
    with: 'jonas',
    by: 'jonas',
    day: 0,
    at: '08:20',
    text: 'Do you have ten minutes after lunch? It is about the on-call week.',
  },
  { with: 'jonas', by: 'mara', day: 0, at: '08:24', text: 'Yes. 13:30, outside if it is dry?' },
  {
    with: 'sofia',
    by: 'sofia',
    day: 0,
    at: '09:30',
    text: 'The rider from Tuesday wrote back. She takes the voucher and says thank you.',
  },
  { with: 'amira', by: 'mara', day: 1, at: '17:40', text: 'The map is the best thing we made this year.' },
  { with: 'amira', by: 'amira', day: 1, at: '17:44', text: '❤️' },
];
