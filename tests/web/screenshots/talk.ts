/** What the people of the pictures say to each other; their days end today. */

export interface Line {
  readonly room: string;
  readonly by: string;
  /** Days before today, and the time of that day. */
  readonly day: number;
  readonly at: string;
  readonly text: string;
  /** To be named by `replyTo` and `thread`. */
  readonly id?: string;
  readonly replyTo?: string;
  readonly thread?: string;
  readonly reactions?: Readonly<Record<string, readonly string[]>>;
  readonly pin?: true;
  readonly edited?: string;
  /** Is a file of that name. */
  readonly file?: string;
}

const QUERY = `\`\`\`sql
SELECT station, count(*) FILTER (WHERE charge < 0.15) AS flat
FROM bikes
WHERE city = 'lisbon'
GROUP BY station
HAVING count(*) > 4
ORDER BY flat DESC;
\`\`\``;

const TABLE = `| | today | with the change |
|---|---:|---:|
| bikes moved a night | 412 | 288 |
| riders who found none | 6.1 % | 5.8 % |
| van kilometres | 930 | 610 |`;

const FUNCTION = `\`\`\`ts
/** Kilometres still in the battery, never less than the way to the nearest dock. */
export function reach(bike: Bike, docks: readonly Dock[]): number {
  const nearest = Math.min(...docks.map((dock) => distance(bike, dock)));
  return Math.max(bike.charge * KM_PER_CHARGE, nearest);
}
\`\`\``;

export const LINES: readonly Line[] = [
  {
    room: 'announcements',
    by: 'mara',
    day: 3,
    at: '09:00',
    text: '**Lisbon and Porto open on 14 April.** Thank you, everybody. What is left is in #spring-launch; if something there has your name, please say by Wednesday whether the date holds.',
    pin: true,
    reactions: { '🎉': ['jonas', 'amira', 'liam', 'nora', 'elif', 'chiara'], '🚲': ['kenji', 'tomasz'] },
  },

  {
    room: 'dispatcher',
    by: 'priya',
    day: 2,
    at: '10:12',
    text: 'I ran the new rebalancing against last summer. We drive a third less and almost nobody notices:',
  },
  {
    room: 'dispatcher',
    by: 'priya',
    day: 2,
    at: '10:13',
    text: TABLE,
    id: 'table',
    reactions: { '👏': ['jonas', 'mara', 'wei'] },
    pin: true,
  },
  {
    room: 'dispatcher',
    by: 'jonas',
    day: 2,
    at: '10:21',
    text: 'That is better than I hoped. Which nights are the 5.8 %? If it is always the same three stations, riders there will not think “a third less driving”.',
    replyTo: 'table',
  },
  { room: 'dispatcher', by: 'wei', day: 2, at: '10:34', text: `Mostly Fridays. Try this:\n${QUERY}` },
  {
    room: 'dispatcher',
    by: 'jonas',
    day: 1,
    at: '16:40',
    text: `For the record, this is what the dispatcher believes about range now:\n${FUNCTION}`,
    id: 'reach',
  },
  {
    room: 'dispatcher',
    by: 'kenji',
    day: 1,
    at: '17:02',
    text: 'Below 5 °C the cells lose about 12 %. Could `KM_PER_CHARGE` know the temperature?',
    thread: 'reach',
  },
  {
    room: 'dispatcher',
    by: 'jonas',
    day: 1,
    at: '17:05',
    text: 'It can. We have the weather of each city anyway.',
    thread: 'reach',
  },
  {
    room: 'dispatcher',
    by: 'priya',
    day: 1,
    at: '17:11',
    text: 'Please not a constant with an argument, though: `reach(bike, docks, weather)`, and the number stays in one place.',
    thread: 'reach',
    reactions: { '👍': ['jonas', 'kenji'] },
  },
  {
    room: 'dispatcher',
    by: 'ivan',
    day: 0,
    at: '08:15',
    text: 'Deployed to Gothenburg only. I look at it again after lunch.',
  },

  {
    room: 'workshop',
    by: 'liam',
    day: 1,
    at: '11:20',
    text: '40 brake levers arrived, 38 of them for the left hand.',
  },
  {
    room: 'workshop',
    by: 'pete',
    day: 1,
    at: '11:32',
    text: 'We have the other 38.',
    reactions: { '😂': ['liam', 'nora', 'omar'] },
  },
  { room: 'workshop', by: 'omar', day: 0, at: '07:50', text: 'Van 3 is back, ramp repaired.' },

  {
    room: 'support',
    by: 'sofia',
    day: 0,
    at: '08:40',
    text: 'Seven riders since yesterday: the lock opens, the app still says *“Opening…”*. All on Android 15.',
  },
  {
    room: 'support',
    by: 'tomasz',
    day: 0,
    at: '08:44',
    text: 'On it. It is the permission dialog that is behind ours.',
  },

  {
    room: 'incidents',
    by: 'ivan',
    day: 0,
    at: '06:58',
    text: 'Payments of **Malmö** fail since 06:41. The provider has it on their page, too.',
    id: 'payments',
  },
  {
    room: 'incidents',
    by: 'ben',
    day: 0,
    at: '07:03',
    text: 'Rides go on? We agreed that a ride never ends because of a card.',
    replyTo: 'payments',
  },
  {
    room: 'incidents',
    by: 'ivan',
    day: 0,
    at: '07:05',
    text: 'They do. 212 are waiting to be charged, none is lost.',
  },
  {
    room: 'incidents',
    by: 'ivan',
    day: 0,
    at: '07:31',
    text: 'Over. All 212 went through.',
    reactions: { '🙏': ['ben', 'sofia', 'nora'] },
  },

  {
    room: 'founders',
    by: 'hanna',
    day: 1,
    at: '18:10',
    text: 'The bank wants the plan on one page. I have it on four.',
  },
  { room: 'founders', by: 'julia', day: 1, at: '18:22', text: 'Smaller letters?' },

  {
    room: 'coffee',
    by: 'chiara',
    day: 1,
    at: '15:00',
    text: 'Somebody left a plant on my desk. It is now called Rolf.',
  },
  {
    room: 'coffee',
    by: 'elif',
    day: 1,
    at: '15:04',
    text: 'Rolf needs light and hates draughts, like all of us.',
    reactions: { '🪴': ['chiara', 'amira', 'mara', 'zoe', 'julia'] },
  },

  {
    room: 'design',
    by: 'amira',
    day: 1,
    at: '14:02',
    text: 'The map at night: same colours, a third of the light. Stations with bikes stay the brightest thing on it.',
  },
  {
    room: 'design',
    by: 'amira',
    day: 1,
    at: '14:02',
    text: '',
    file: 'map-at-night.png',
    id: 'map',
    reactions: { '😍': ['mara', 'chiara', 'elif'], '🌙': ['tomasz'] },
  },
  {
    room: 'design',
    by: 'elif',
    day: 1,
    at: '14:09',
    text: 'Beautiful. Are the numbers readable for people who see little contrast?',
    replyTo: 'map',
  },
  {
    room: 'design',
    by: 'amira',
    day: 1,
    at: '14:15',
    text: '7.4 : 1 for numbers, 4.6 : 1 for streets. The report:',
  },
  { room: 'design', by: 'amira', day: 1, at: '14:15', text: '', file: 'contrast-report.pdf' },
  { room: 'design', by: 'tomasz', day: 0, at: '08:31', text: 'On a phone in the sun?' },
  { room: 'design', by: 'amira', day: 0, at: '08:33', text: 'I go out and look. Back in ten minutes ☀️' },

  {
    room: 'spring-launch',
    by: 'mara',
    day: 2,
    at: '09:05',
    text: 'What is left before the 14th, in order:\n\n1. Docks in **Alfama** have power (@nora)\n2. Portuguese texts are read by somebody who is Portuguese (@elif)\n3. The app knows both cities (@tomasz)\n4. Prices, with and without the monthly ticket (@hanna)',
    pin: true,
    id: 'left',
    edited:
      'What is left before the 14th, in order:\n\n1. Docks in **Alfama** have power (@nora)\n2. Portuguese texts are read by somebody who *is* Portuguese (@elif)\n3. The app knows both cities (@tomasz)\n4. Prices, with and without the monthly ticket (@hanna)',
  },
  {
    room: 'spring-launch',
    by: 'nora',
    day: 2,
    at: '09:20',
    text: 'Alfama gets power on the 2nd. I have it in writing, which is worth a little.',
    replyTo: 'left',
  },
  {
    room: 'spring-launch',
    by: 'david',
    day: 2,
    at: '11:47',
    text: 'The city asks for the noise of our vans at night. We have never measured it, have we?',
  },
  {
    room: 'spring-launch',
    by: 'liam',
    day: 2,
    at: '11:52',
    text: 'We have: 61 dB at 7 m. Quieter than their own.',
  },
  {
    room: 'spring-launch',
    by: 'chiara',
    day: 1,
    at: '10:03',
    text: 'Three lines for the posters. Which one would make *you* stop?\n\n> Lisbon has seven hills. We have a motor.\n\n> Take the long way home.\n\n> Two wheels, one ticket, no timetable.',
    id: 'posters',
    reactions: { '1️⃣': ['mara', 'jonas', 'kenji', 'liam'], '2️⃣': ['amira', 'elif'], '3️⃣': ['hanna'] },
  },
  {
    room: 'spring-launch',
    by: 'kenji',
    day: 1,
    at: '10:11',
    text: 'The first. I have been to Lisbon.',
    thread: 'posters',
  },
  {
    room: 'spring-launch',
    by: 'zoe',
    day: 1,
    at: '10:18',
    text: 'Legal has no objection to hills.',
    thread: 'posters',
    reactions: { '😄': ['chiara', 'mara'] },
  },
  {
    room: 'spring-launch',
    by: 'amira',
    day: 1,
    at: '10:40',
    text: 'The second is the one I would remember a week later.',
    thread: 'posters',
  },
  {
    room: 'spring-launch',
    by: 'elif',
    day: 0,
    at: '08:52',
    text: 'All texts are read. Two were wrong, one was rude: “Desbloqueia-te” does not mean what we thought.',
  },
  {
    room: 'spring-launch',
    by: 'sofia',
    day: 0,
    at: '08:53',
    text: 'I would have paid to see the first phone calls.',
    reactions: { '😅': ['elif', 'tomasz', 'nora'] },
  },
  {
    room: 'spring-launch',
    by: 'tomasz',
    day: 0,
    at: '08:58',
    text: 'Both cities are in the build of tonight. To see them: *Settings → About → tap the bicycle seven times*, then <https://example.org/porto>.',
  },
  { room: 'spring-launch', by: 'hanna', day: 0, at: '09:06', text: 'Prices, second and last version:' },
  { room: 'spring-launch', by: 'hanna', day: 0, at: '09:06', text: '', file: 'prices-2027.csv' },
  {
    room: 'spring-launch',
    by: 'nora',
    day: 0,
    at: '09:10',
    text: '@mara the inspector comes on Thursday at 8. Can you be there? He likes it when somebody from the front of the house is.',
    id: 'inspector',
  },
  {
    room: 'spring-launch',
    by: 'mara',
    day: 0,
    at: '09:12',
    text: 'I am there. With coffee.',
    replyTo: 'inspector',
    reactions: { '☕': ['nora'] },
  },
  {
    room: 'spring-launch',
    by: 'mara',
    day: 0,
    at: '09:12',
    text: 'So that leaves Alfama. If the power is on by the 2nd, we are done a week early.',
  },
  {
    room: 'spring-launch',
    by: 'jonas',
    day: 0,
    at: '09:15',
    text: 'I do not know how to behave when we are early.',
    reactions: { '😂': ['mara', 'priya', 'liam', 'amira', 'nora'] },
  },
];
