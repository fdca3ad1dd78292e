/** What is done with somebody at once, without asking anything more. */
import { errorWords, type Store } from '@sotto/app';
import type { Person } from '@sotto/client';
import type { RoomNumber, RoomRole } from '@sotto/model';
import { nameOf } from '../conversation/words.ts';
import { goTo } from '../routes.ts';
import type { MenuPlace } from '../ui/menu.tsx';
import { addToast } from '../ui/toasts.ts';

const failing = (what: string) => (error: unknown) =>
  addToast({ kind: 'danger', words: `${what} ${errorWords(error)}` });

export function writeTo({ client }: Store, person: Person): void {
  client
    .openDirect(person.number)
    .then(({ number }) => goTo({ kind: 'room', room: number }))
    .catch(failing(`You cannot write to ${nameOf(person)} now.`));
}

/**
 * Their name where one writes to the conversation that `at` is in, as if it had been typed there. `uncover`: in narrow windows
 * something else stands in its place.
 */
export function mention({ name }: Person, at: MenuPlace, uncover: () => void): void {
  const inside = at instanceof HTMLElement ? at.closest('[data-conversation]') : null;
  const field =
    inside?.querySelector('textarea') ??
    document.querySelector<HTMLTextAreaElement>('main section [data-conversation] textarea');
  if (field === null) return;
  if (!field.checkVisibility()) uncover();
  // Whatever is closed by it gives the focus back first.
  requestAnimationFrame(() => requestAnimationFrame(() => typeInto(field, name)));
}

function typeInto(field: HTMLTextAreaElement, name: string): void {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const isApart = start === 0 || /\s$/u.test(value.slice(0, start));
  field.focus();
  field.setRangeText(`${isApart ? '' : ' '}@${name} `, start, end, 'end');
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
}

export function setRole({ client }: Store, room: RoomNumber, person: Person, role: RoomRole): void {
  client.moderation.setRole(room, person.number, role).catch(failing(`${nameOf(person)} is what they were.`));
}

export function unmute({ client }: Store, room: RoomNumber, person: Person): void {
  client.moderation.unmute(room, person.number).catch(failing(`${nameOf(person)} is still muted.`));
}

export function unban({ client }: Store, room: RoomNumber, person: Person): void {
  client.moderation.unban(room, person.number).catch(failing(`${nameOf(person)} is still banned.`));
}

export function setBlocked({ client }: Store, person: Person, isBlocked: boolean): void {
  const { settings } = client.account;
  const done = isBlocked ? settings.block(person.number) : settings.unblock(person.number);
  done.catch(
    failing(isBlocked ? `${nameOf(person)} is not blocked.` : `${nameOf(person)} is still blocked.`),
  );
}
