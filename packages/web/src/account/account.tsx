/** What belongs to the account: how others see it, its devices, what keeps it safe, and how this window looks. */
import type { Store } from '@sotto/app';
import { useState } from 'react';
import { Dialog } from '../ui/dialog.tsx';
import { Tabs } from '../ui/tabs.tsx';
import styles from './account.module.css';
import { Appearance } from './appearance.tsx';
import { Devices } from './devices.tsx';
import { ProfileForm } from './profile.tsx';
import { Security } from './security.tsx';

export interface AccountProps {
  store: Store;
  onClose: () => void;
}

type Tab = 'profile' | 'devices' | 'security' | 'appearance';

const TABS: readonly { name: Tab; label: string }[] = [
  { name: 'profile', label: 'Profile' },
  { name: 'devices', label: 'Devices' },
  { name: 'security', label: 'Security' },
  { name: 'appearance', label: 'This device' },
];

export default function Account({ store, onClose }: AccountProps) {
  const [tab, setTab] = useState<Tab>('profile');
  return (
    <Dialog title="Account" size="large" onClose={onClose}>
      <Tabs label="Account" tabs={TABS} chosen={tab} onChoose={setTab}>
        <div className={styles.panel}>
          <Chosen tab={tab} store={store} />
        </div>
      </Tabs>
    </Dialog>
  );
}

function Chosen({ tab, store }: { tab: Tab; store: Store }) {
  switch (tab) {
    case 'profile':
      return <ProfileForm store={store} />;
    case 'devices':
      return <Devices store={store} />;
    case 'security':
      return <Security store={store} />;
    case 'appearance':
      return <Appearance />;
  }
}
