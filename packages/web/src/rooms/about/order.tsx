import { errorWords, type Store, untilWords } from '@sotto/app';
import type { JoinedRoom, Sanction } from '@sotto/client';
import { type SubmitEvent, useState } from 'react';
import { nameOf } from '../../conversation/words.ts';
import { useAsked } from '../../hooks/use-asked.ts';
import { useMay } from '../../hooks/use-may.ts';
import { useTask } from '../../hooks/use-task.ts';
import { endOf, HOW_LONG, type HowLong, howLongFrom } from '../../people/how-long.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { addToast } from '../../ui/toasts.ts';
import styles from './about.module.css';
import { Done } from './done.tsx';

export interface OrderProps {
  store: Store;
  room: JoinedRoom;
}

/** Who is banned or muted, and what was done here; what this account may not do is not offered. */
export function Order({ store, room }: OrderProps) {
  const may = useMay(store, room.number);
  return (
    <div className={styles.form}>
      {may('mute') && <Sanctions store={store} room={room} mayBan={may('ban')} />}
      {may('seeAudit') && <Done store={store} room={room} />}
    </div>
  );
}

function Sanctions({ store, room, mayBan }: OrderProps & { mayBan: boolean }) {
  const [asked, askAgain] = useAsked(() => store.client.moderation.sanctions(room.number));
  return (
    <section className={styles.form} aria-labelledby="sanctions">
      <h3 id="sanctions">Banned and muted</h3>
      {asked.kind === 'loading' && <Skeleton shape="rows" count={2} label="Banned and muted" />}
      {asked.kind === 'failed' && <Notice kind="danger">{asked.words}</Notice>}
      {asked.kind === 'ready' &&
        (asked.value.length === 0 ? (
          <p className={styles.quiet}>Nobody is banned or muted here.</p>
        ) : (
          <ul aria-label="Banned and muted">
            {asked.value.map((sanction) => (
              <One
                key={`${sanction.person.number} ${sanction.banned}`}
                store={store}
                room={room}
                sanction={sanction}
                mayLift={!sanction.banned || mayBan}
                onChange={askAgain}
              />
            ))}
          </ul>
        ))}
      {mayBan && <BanByName store={store} room={room} onChange={askAgain} />}
    </section>
  );
}

interface OneProps extends OrderProps {
  sanction: Sanction;
  mayLift: boolean;
  onChange: () => void;
}

function One({ store, room, sanction, mayLift, onChange }: OneProps) {
  const [task, start] = useTask();
  const { person, banned, until, reason, by } = sanction;
  const { moderation } = store.client;
  const lift = async () => {
    await (banned ? moderation.unban : moderation.unmute).call(moderation, room.number, person.number);
    onChange();
  };
  return (
    <li className={styles.invite}>
      <Avatar person={person} />
      <div className={styles.about}>
        <strong>{nameOf(person)}</strong> is {banned ? 'banned' : 'muted'}
        {untilWords(until)}
        <p className={styles.quiet}>
          by {nameOf(by)}
          {reason !== '' && `: ${reason}`}
        </p>
        {task.kind === 'failed' && <p role="alert">{errorWords(task.error)}</p>}
      </div>
      {mayLift && (
        <Button
          aria-label={`${banned ? 'Lift the ban on' : 'Unmute'} ${nameOf(person)}`}
          busy={task.kind === 'busy'}
          onClick={() => start(lift)}
        >
          {banned ? 'Lift' : 'Unmute'}
        </Button>
      )}
    </li>
  );
}

/** Also of somebody who is not here: they cannot come in. */
function BanByName({ store, room, onChange }: OrderProps & { onChange: () => void }) {
  const [name, setName] = useState('');
  const [howLong, setHowLong] = useState<HowLong>('forEver');
  const [task, start] = useTask();
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const wanted = name.trim().replace(/^@/, '');
    start(async () => {
      const until = endOf(howLong, '', new Date());
      await store.client.moderation.ban(room.number, wanted, until === undefined ? {} : { until });
      setName('');
      onChange();
      addToast({ kind: 'success', words: `${wanted} is banned${untilWords(until)}.` });
    });
  };
  return (
    <form className={styles.ban} onSubmit={onSubmit}>
      <Field
        label="Ban somebody who is not here"
        placeholder="Name"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        required
        error={task.kind === 'failed' ? errorWords(task.error) : undefined}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <Select
        label="For how long"
        options={LENGTHS}
        value={howLong}
        onChange={({ target }) => setHowLong(howLongFrom(target.value))}
      />
      <Button type="submit" busy={task.kind === 'busy'}>
        Ban
      </Button>
    </form>
  );
}

const LENGTHS = HOW_LONG.filter(({ value }) => value !== 'until');
