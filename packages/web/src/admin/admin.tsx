/** For administrators of the server: who and what is on it, what they may, what was done, and how it is. */
import type { Store } from '@sotto/app';
import { type ReactNode, useState } from 'react';
import { Dialog } from '../ui/dialog.tsx';
import { Tabs } from '../ui/tabs.tsx';
import styles from './admin.module.css';
import { Audit } from './audit.tsx';
import { HealthPanel } from './health.tsx';
import { Invites } from './invites.tsx';
import { Limits } from './limits.tsx';
import { Rooms } from './rooms.tsx';
import { Users } from './users.tsx';

export interface AdminProps {
  store: Store;
  onClose: () => void;
}

type Tab = 'users' | 'rooms' | 'invites' | 'limits' | 'audit' | 'health';

const TABS: readonly { name: Tab; label: string }[] = [
  { name: 'users', label: 'Users' },
  { name: 'rooms', label: 'Rooms' },
  { name: 'invites', label: 'Invite codes' },
  { name: 'limits', label: 'Limits' },
  { name: 'audit', label: 'Audit' },
  { name: 'health', label: 'Health' },
];

export default function Admin({ store, onClose }: AdminProps) {
  const [tab, setTab] = useState<Tab>('users');
  return (
    <Dialog title="Administration" size="large" onClose={onClose}>
      <Tabs label="Administration" tabs={TABS} chosen={tab} onChoose={setTab}>
        <div className={styles.panel}>{panelOf(tab, store)}</div>
      </Tabs>
    </Dialog>
  );
}

function panelOf(tab: Tab, store: Store): ReactNode {
  switch (tab) {
    case 'users':
      return <Users store={store} />;
    case 'rooms':
      return <Rooms store={store} />;
    case 'invites':
      return <Invites store={store} />;
    case 'limits':
      return <Limits store={store} />;
    case 'audit':
      return <Audit store={store} />;
    case 'health':
      return <HealthPanel store={store} />;
  }
}
