import { useState } from 'react';
import { useStore } from '../hooks/use-store.ts';
import { setKeepsRecent } from '../shell/keeping.ts';
import { Switch } from '../ui/switch.tsx';
import styles from './account.module.css';

/** What stays on this device of what was read. */
export function Keeping() {
  const { client } = useStore();
  const [isOn, setIsOn] = useState(client.keepsRecent);
  const choose = (chosen: boolean) => {
    setIsOn(chosen);
    setKeepsRecent(chosen);
    void client.keepRecent(chosen);
  };
  return (
    <section className={styles.section}>
      <h3>Messages</h3>
      <Switch
        label="Keep recent messages"
        hint="They are there at once the next time, also without a connection. Logging out removes them."
        checked={isOn}
        onChange={choose}
      />
    </section>
  );
}
