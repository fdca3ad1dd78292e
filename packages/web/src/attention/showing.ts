/** Shows announcements by the system. A click leads to the message. */
import { goTo, hashOf, type Route, routeOf } from '../routes.ts';
import { leadsTo } from '../worker-rules.ts';
import type { Announcement } from './announcing.ts';

const ICON = '/icon-192.png';

/** The returned function takes it away. */
export function showBySystem({ title, body, room, sequence }: Announcement): () => void {
  const route: Route = { kind: 'room', room, message: sequence };
  const options = { body, icon: ICON, tag: `room-${room}`, renotify: true, data: hashOf(route) };
  try {
    const shown = new Notification(title, options);
    shown.onclick = () => {
      window.focus();
      goTo(route);
      shown.close();
    };
    return () => shown.close();
  } catch {
    // Phones let only the worker show them; it leads to the message as well.
    return byWorker(title, options);
  }
}

/** What the worker was told by a click, until the returned function is called. */
export function followClicks(): () => void {
  const follow = ({ data }: MessageEvent<unknown>) => {
    if (typeof data === 'object' && data !== null && 'leadsTo' in data) goTo(routeOf(leadsTo(data.leadsTo)));
  };
  const { serviceWorker } = navigator;
  serviceWorker?.addEventListener('message', follow);
  return () => serviceWorker?.removeEventListener('message', follow);
}

function byWorker(title: string, options: NotificationOptions & { tag: string }): () => void {
  const registration = navigator.serviceWorker?.getRegistration();
  const shown = registration?.then((found) => found?.showNotification(title, options));
  return () => {
    void shown?.then(async () => {
      const found = await (await registration)?.getNotifications({ tag: options.tag });
      for (const one of found ?? []) one.close();
    });
  };
}
