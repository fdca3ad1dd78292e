/** Whether this device announces messages, and how the client gets a place of its own on it. */
import { useEffect } from 'react';
import { announcing, lookAgain, turnOff, turnOn } from '../attention/asking.ts';
import { useReadable } from '../hooks/use-store.ts';
import { installing } from '../offline.ts';
import { Button } from '../ui/button.tsx';
import { Switch } from '../ui/switch.tsx';
import styles from './account.module.css';

export function Announcements() {
  const state = useReadable(announcing);
  useEffect(lookAgain, []);
  return (
    <section className={styles.section}>
      <h3>Notifications</h3>
      {state === 'never' ? (
        <p className={styles.quiet}>
          This browser does not let the page announce anything. The title still counts what waits for you.
        </p>
      ) : (
        <Switch
          label="Tell me while I look elsewhere"
          hint={
            state === 'refused'
              ? 'The browser was told not to. Allow notifications in its settings of this page first.'
              : 'Mentions and direct messages, and what you chose for single rooms in their own settings.'
          }
          checked={state === 'on'}
          disabled={state === 'refused'}
          onChange={(isOn) => (isOn ? void turnOn() : turnOff())}
        />
      )}
    </section>
  );
}

/** Nothing where the browser does not offer it, or it is done. */
export function Install() {
  const offer = useReadable(installing);
  if (offer === undefined) return null;
  return (
    <section className={styles.section}>
      <h3>Install</h3>
      <p className={styles.quiet}>Sotto gets a window and an icon of its own on this device.</p>
      <div className={styles.actions}>
        <Button icon="download" onClick={offer}>
          Install Sotto
        </Button>
      </div>
    </section>
  );
}
