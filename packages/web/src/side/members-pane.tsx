import type { MemberList, RoomMember } from '@sotto/client';
import type { RoomNumber } from '@sotto/model';
import { useContext, useMemo, useState } from 'react';
import { useMay } from '../hooks/use-may.ts';
import { useReadable, useStore } from '../hooks/use-store.ts';
import { readyPeople } from '../people/people.ts';
import { OpenDialogContext } from '../shell/open-dialog.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Field } from '../ui/field.tsx';
import { movesAmong } from '../ui/moves-among.ts';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { Member } from './member-row.tsx';
import styles from './members.module.css';
import { groupsOf } from './members.ts';

/** Fewer are found at a glance. */
const FIND_FROM = 12;
/** More of a group are in the page when they are asked for. */
const SHOWN_MAX = 100;
const moveFocus = movesAmong('[data-member]');

/** Who is in the room: those who are there, by what they are here, then the others. */
export default function MembersPane({ room }: { room: RoomNumber }) {
  const { state, members } = useReadable(useStore().members(room));
  switch (state) {
    case 'loading':
      return <Skeleton shape="rows" label="Members" />;
    case 'refused':
      return (
        <div className={styles.notice}>
          <Notice kind="info">Who is in this room is not shown to you.</Notice>
        </div>
      );
    case 'ready':
      return <Members room={room} members={members} />;
  }
}

function Members({ room, members }: { room: RoomNumber; members: MemberList['members'] }) {
  const [query, setQuery] = useState('');
  const groups = useMemo(() => groupsOf(members, query), [members, query]);
  return (
    <>
      <Ways room={room} />
      {members.length >= FIND_FROM && (
        <search className={styles.find}>
          <Field
            label="Find a member"
            type="search"
            value={query}
            onChange={({ target: { value } }) => setQuery(value)}
          />
        </search>
      )}
      {groups.length === 0 && (
        <Empty icon="users" title="Nobody is called that">
          Type less of the name.
        </Empty>
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys go from name to name inside. */}
      <div className={styles.list} onKeyDown={moveFocus} onPointerEnter={readyPeople} onFocus={readyPeople}>
        {groups.map(({ title, members: some }) => (
          <Group key={title} title={title} members={some} />
        ))}
      </div>
    </>
  );
}

/** What may be done about who is here. */
function Ways({ room }: { room: RoomNumber }) {
  const may = useMay(useStore(), room);
  const open = useContext(OpenDialogContext);
  const mayAdd = may('addMember') || may('makeInvite');
  const mayMute = may('mute') || may('seeAudit');
  const order = () => open({ kind: 'about', room, tab: 'order' });
  if (!mayAdd && !mayMute) return null;
  return (
    <div className={styles.ways}>
      {mayAdd && (
        <Button
          icon="userPlus"
          className={styles.add}
          onClick={() => open({ kind: 'about', room, tab: 'waysIn' })}
        >
          Add people
        </Button>
      )}
      {mayMute && !mayAdd && (
        <Button icon="shield" className={styles.add} onClick={order}>
          Moderation
        </Button>
      )}
      {mayMute && mayAdd && (
        <IconButton icon="shield" label="Banned and muted" className={styles.order} onClick={order} />
      )}
    </div>
  );
}

function Group({ title, members }: { title: string; members: readonly RoomMember[] }) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? members : members.slice(0, SHOWN_MAX);
  return (
    <section aria-label={title}>
      <h3 className={styles.group}>
        {title} <span className={styles.count}>{members.length}</span>
      </h3>
      <ul>
        {shown.map((member) => (
          <Member key={member.number} member={member} />
        ))}
      </ul>
      {shown.length < members.length && (
        <Button variant="quiet" onClick={() => setWhole(true)}>
          Show {members.length - shown.length} more
        </Button>
      )}
    </section>
  );
}
