import type { RoomMember } from '@sotto/client';
import type { RoomNumber } from '@sotto/model';
import { nameOf } from '../conversation/words.ts';
import { useReadable, useStore } from '../hooks/use-store.ts';
import { goTo } from '../routes.ts';
import { Avatar } from '../ui/avatar.tsx';
import { IconButton } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { addToast } from '../ui/toasts.ts';
import styles from './side-pane.module.css';

/** Who is in the room: those that are there first, each with what they are here. */
export function MembersPane({ room }: { room: RoomNumber }) {
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
      return (
        <div className={styles.list}>
          <Group title="Online" members={members.filter(({ online }) => online)} />
          <Group title="Offline" members={members.filter(({ online }) => !online)} />
        </div>
      );
  }
}

function Group({ title, members }: { title: string; members: readonly RoomMember[] }) {
  if (members.length === 0) return null;
  const sorted = [...members].sort((one, other) => nameOf(one).localeCompare(nameOf(other)));
  return (
    <>
      <h3 className={styles.group}>
        {title} ({members.length})
      </h3>
      <ul>
        {sorted.map((member) => (
          <Member key={member.number} member={member} />
        ))}
      </ul>
    </>
  );
}

function Member({ member }: { member: RoomMember }) {
  const store = useStore();
  const me = useReadable(store.me);
  const write = () => {
    store.client.openDirect(member.number).then(
      ({ number }) => goTo({ kind: 'room', room: number }),
      () => addToast({ kind: 'danger', words: `You cannot write to ${nameOf(member)} now.` }),
    );
  };
  return (
    <li className={styles.person}>
      <Avatar person={member} online={member.online} />
      <span className={styles.names}>
        <span className={styles.name}>{nameOf(member)}</span>
        <span className={styles.role}>{roleWords(member)}</span>
      </span>
      {member.number !== me?.number && !member.deleted && (
        <IconButton icon="message" label={`Write to ${nameOf(member)}`} onClick={write} />
      )}
    </li>
  );
}

function roleWords({ role, mutedUntil, assistant }: RoomMember): string {
  const what = assistant ? 'assistant' : role;
  return mutedUntil === undefined ? what : `${what}, muted`;
}
