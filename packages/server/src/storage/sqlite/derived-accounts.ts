import { inboxStream, type Sequence } from '@sotto/model';
import type { AccountChange } from '../../events/store.ts';
import type { Statements } from './statements.ts';

const SQL = {
  earlier: 'select sequence from account_settings where user = ? and setting_key = ?',
  erase: 'delete from event_contents where stream = ? and sequence = ?',
  save: `insert into account_settings (user, setting_key, value, sequence) values (?, ?, ?, ?)
    on conflict (user, setting_key) do update set value = excluded.value, sequence = excluded.sequence`,
  drop: 'delete from account_settings where user = ? and setting_key = ?',
};

/** Inside the transaction of the append that says so. `headBefore` is the stream's head before it: the append's first event of the stream is the next one. */
export function applyAccountChange(
  statements: Statements,
  { user, key, value }: AccountChange,
  headBefore: Sequence,
): void {
  const earlier = statements.get(SQL.earlier).get(user, key) as { sequence: Sequence } | null;
  if (earlier !== null) statements.get(SQL.erase).run(inboxStream(user), earlier.sequence);
  if (value === undefined) statements.get(SQL.drop).run(user, key);
  else statements.get(SQL.save).run(user, key, value, headBefore + 1);
}
