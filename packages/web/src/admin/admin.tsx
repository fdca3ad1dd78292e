/** For administrators of the server: who is on it, what was refused for being too much, and what was done. */
import type { Store } from '@sotto/app';
import { useState } from 'react';
import { Dialog } from '../ui/dialog.tsx';
import { Tabs } from '../ui/tabs.tsx';
import styles from './admin.module.css';
import { Audit } from './audit.tsx';
import { Limits } from './limits.tsx';
import { Users } from './users.tsx';

export interface AdminProps {
  store: Store;
  onClose: () => void;
}

type Tab = 'users' | 'limits' | 'audit';

const TABS: readonly { name: Tab; label: string }[] = [
  { name: 'users', label: 'Users' },
  { name: 'limits', label: 'Limits' },
  { name: 'audit', label: 'Audit' },
];

export default function Admin({ store, onClose }: AdminProps) {
  const [tab, setTab] = useState<Tab>('users');
  return (
    <Dialog title="Administration" size="large" onClose={onClose}>
      <Tabs label="Administration" tabs={TABS} chosen={tab} onChoose={setTab}>
        <div className={styles.panel}>
          {tab === 'users' && <Users store={store} />}
          {tab === 'limits' && <Limits store={store} />}
          {tab === 'audit' && <Audit store={store} />}
        </div>
      </Tabs>
    </Dialog>
  );
}
