import { errorWords, type Store } from '@sotto/app';
import type { Device } from '@sotto/client';
import { useAsked } from '../hooks/use-asked.ts';
import { useTask } from '../hooks/use-task.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import styles from './account.module.css';

/** Where this account is logged in. */
export function Devices({ store }: { store: Store }) {
  const [asked, askAgain] = useAsked(() => store.client.account.devices());
  if (asked.kind === 'loading') return <Skeleton shape="rows" label="Devices" />;
  if (asked.kind === 'failed') return <Notice kind="danger">{asked.words}</Notice>;
  return (
    <>
      <p className={styles.quiet}>
        Each has a key of its own. Log out what you do not know: its session ends at once.
      </p>
      <ul aria-label="Devices">
        {asked.value.map((device) => (
          <OneDevice key={device.number} store={store} device={device} onChange={askAgain} />
        ))}
      </ul>
    </>
  );
}

interface OneDeviceProps {
  store: Store;
  device: Device;
  onChange: () => void;
}

function OneDevice({ store, device, onChange }: OneDeviceProps) {
  const [task, start] = useTask();
  const logOut = async () => {
    await store.client.account.revokeDevice(device.number);
    onChange();
  };
  return (
    <li className={styles.device}>
      <Icon name={device.token === undefined ? 'device' : 'key'} />
      <div className={styles.about}>
        <strong>{device.name}</strong>
        <p className={styles.quiet}>{aboutDevice(device)}</p>
        {task.kind === 'failed' && <p role="alert">{errorWords(task.error)}</p>}
      </div>
      {!device.current && (
        <Button
          aria-label={`Log out ${device.name}`}
          busy={task.kind === 'busy'}
          onClick={() => start(logOut)}
        >
          Log out
        </Button>
      )}
    </li>
  );
}

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

function aboutDevice({ current, online, lastSeen, agent, createdAt }: Device): string {
  const seen = online
    ? 'online'
    : lastSeen === undefined
      ? 'never seen'
      : `last seen ${day.format(lastSeen)}`;
  return [current ? 'this one' : seen, agent, `since ${day.format(createdAt)}`].join(' · ');
}
