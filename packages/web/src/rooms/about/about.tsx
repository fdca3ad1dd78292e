/** A room's own dialog: what it is, when it notifies, its settings where one may change them, ways in, and the way out. */
import { readable, type Store } from '@sotto/app';
import type { JoinedRoom, NotificationLevel, RoomDetails } from '@sotto/client';
import type { RoomAction, RoomNumber } from '@sotto/model';
import { useState } from 'react';
import { useMay } from '../../hooks/use-may.ts';
import { useReadable, useSelected } from '../../hooks/use-store.ts';
import type { AboutTab } from '../../shell/open-dialog.ts';
import { useDetails } from '../../shell/use-details.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Select } from '../../ui/field.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { kindWords } from '../room-icon.tsx';
import { shownName } from '../sections.ts';
import styles from './about.module.css';
import { Leave } from './leave.tsx';
import { Order } from './order.tsx';
import { Settings } from './settings.tsx';
import { WaysIn } from './ways-in.tsx';

export interface AboutRoomProps {
  store: Store;
  room: RoomNumber;
  /** What it begins with. */
  tab?: AboutTab | undefined;
  onClose: () => void;
}

export default function AboutRoom({ store, room, tab = 'about', onClose }: AboutRoomProps) {
  const joined = useReadable(store.rooms).byNumber.get(room);
  if (joined === undefined) return null;
  return (
    <Dialog title={shownName(joined)} onClose={onClose}>
      <Inside store={store} room={joined} first={tab} onClose={onClose} />
    </Dialog>
  );
}

export interface InsideProps {
  store: Store;
  room: JoinedRoom;
  onClose: () => void;
}

function Inside({ store, room, first, onClose }: InsideProps & { first: AboutTab }) {
  const details = useDetails(store, room);
  const [chosen, setChosen] = useState<AboutTab>(first);
  const mayOne = useMay(store, room.number);
  const may = (...actions: readonly RoomAction[]) => actions.some(mayOne);
  const tabs: { name: AboutTab; label: string }[] = [
    { name: 'about', label: 'About' },
    ...(may('setTopic', 'changeRoom', 'setRetention')
      ? [{ name: 'settings' as const, label: 'Settings' }]
      : []),
    ...(may('addMember', 'makeInvite') ? [{ name: 'waysIn' as const, label: 'Ways in' }] : []),
    ...(may('mute', 'seeAudit') ? [{ name: 'order' as const, label: 'Moderation' }] : []),
  ];
  // What was chosen may not be there any more.
  const tab = tabs.find(({ name }) => name === chosen)?.name ?? 'about';
  return (
    <Tabs label="Room" tabs={tabs} chosen={tab} onChoose={setChosen}>
      <div className={styles.panel}>
        {tab === 'about' && <About store={store} room={room} details={details} onClose={onClose} />}
        {tab === 'settings' &&
          (details === undefined ? (
            <Skeleton shape="lines" label="Settings" />
          ) : (
            <Settings store={store} room={room} settings={details.settings} />
          ))}
        {tab === 'waysIn' && <WaysIn store={store} room={room} />}
        {tab === 'order' && <Order store={store} room={room} />}
      </div>
    </Tabs>
  );
}

const LEVELS: readonly { value: NotificationLevel; label: string }[] = [
  { value: 'default', label: 'As usual: mentions, and all of direct messages' },
  { value: 'all', label: 'Every message' },
  { value: 'mentions', label: 'Mentions' },
  { value: 'nothing', label: 'Nothing' },
];

function About({ store, room, details, onClose }: InsideProps & { details: RoomDetails | undefined }) {
  const settings = readable(store.client.snapshots.settings);
  const level = useSelected(settings, ({ levels }) => levels.get(room.number) ?? 'default', [room.number]);
  return (
    <div className={styles.form}>
      <dl>
        {factsOf(room, details).map(([name, value]) => (
          <div key={name} className={styles.fact}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Select
        label="Notify me of"
        options={LEVELS}
        value={level}
        onChange={({ target: { value } }) => {
          const chosen = LEVELS.find((each) => each.value === value)?.value ?? 'default';
          store.client.account.settings.setNotificationLevel(room.number, chosen).catch(() => {});
        }}
      />
      {store.client.can(room.number, 'leave') && <Leave store={store} room={room} onClose={onClose} />}
    </div>
  );
}

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' });

/** What is not encrypted from person to person says so here, once. */
function factsOf(room: JoinedRoom, details: RoomDetails | undefined): readonly (readonly [string, string])[] {
  return [
    ['Kind', kindWords(room.kind)],
    ...(details === undefined
      ? []
      : ([
          ['Topic', details.settings.topic || 'none'],
          ['Members', String(details.members)],
          ['Since', day.format(details.createdAt)],
          ['Kept', keptWords(details.settings.retentionDays)],
        ] as const)),
    ['You are here', room.role],
    ['Encryption', 'to the server, and by it; not from person to person'],
  ];
}

const keptWords = (days: number): string => (days === 0 ? 'for ever' : days === 1 ? '1 day' : `${days} days`);
