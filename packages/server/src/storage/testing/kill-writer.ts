/**
 * Run by the kill test as its own process: appends to one stream until it is killed. Arguments: database URL,
 * `worker` or `thread`. Prints the last sequence of each batch after it was acknowledged.
 */
import { writeSync } from 'node:fs';
import { openStore } from '../open.ts';
import { append, messageId, newEvent } from './fixtures.ts';

const [url = '', mode = ''] = process.argv.slice(2);
const store = await openStore({ url, inThread: mode === 'thread', uuid: () => crypto.randomUUID() });

const EVENTS_OF_APPEND = [1, 2, 3];
for (;;) {
  const run = crypto.randomUUID();
  const batch = EVENTS_OF_APPEND.map((count) =>
    append(
      Array.from({ length: count }, (_, index) =>
        newEvent({ clientMessageId: messageId(`${run} ${count} ${index}`) }),
      ),
    ),
  );
  const results = await store.events.append(batch);
  const last = results.at(-1);
  if (last?.kind !== 'appended') throw new Error(`unexpected ${last?.kind}`);
  writeSync(1, `${last.sequences.at(-1)}\n`);
}
