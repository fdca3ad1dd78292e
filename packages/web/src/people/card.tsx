import { momentWords, readable, untilWords } from '@sotto/app';
import type { Person, PersonPresence, Profile } from '@sotto/client';
import type { RoomNumber } from '@sotto/model';
import { useContext } from 'react';
import { nameOf } from '../conversation/words.ts';
import { useMinute } from '../hooks/use-now.ts';
import { useReadable, useStore } from '../hooks/use-store.ts';
import { OpenDialogContext } from '../shell/open-dialog.ts';
import { ShowBesideContext } from '../side/beside.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { Popover } from '../ui/popover.tsx';
import styles from './people.module.css';
import { mention, writeTo } from './person-acts.ts';
import { ROLE_WORDS } from './role-words.ts';
import { type PersonHere, usePersonHere } from './use-person-here.ts';

export interface CardProps {
  room: RoomNumber;
  person: Person;
  at: HTMLElement;
  onMenu(): void;
  onClose(): void;
}

/** Who somebody is, what they want to be known of them, and what they are here. */
export function Card({ room, person, at, onMenu, onClose }: CardProps) {
  const store = useStore();
  const { client } = store;
  // As they are called now.
  const now = useReadable(readable(client.snapshots.person(person.number))) ?? person;
  const presence = useReadable(store.presence(person.number));
  const profile = useReadable(readable(client.snapshots.profile(person.number)));
  const here = usePersonHere(room, now);
  return (
    <Popover label={`Profile of ${nameOf(now)}`} at={at} side="right" align="start" onClose={onClose}>
      <div className={styles.card}>
        <div className={styles.who}>
          <Avatar person={now} size="huge" online={presence?.online} />
          <div className={styles.names}>
            <strong className={styles.name}>{nameOf(now)}</strong>
            <p className={styles.quiet}>@{now.name}</p>
            <p className={styles.quiet}>{presenceWords(now, presence)}</p>
          </div>
          <IconButton
            icon="more"
            label={`More about ${nameOf(now)}`}
            className={styles.more}
            onClick={onMenu}
          />
        </div>
        <Said profile={profile} />
        <dl className={styles.facts}>
          {factsOf(here, profile, useMinute()).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <Actions person={now} at={at} here={here} onClose={onClose} />
      </div>
    </Popover>
  );
}

interface ActionsProps extends Pick<CardProps, 'person' | 'at' | 'onClose'> {
  here: PersonHere;
}

function Actions({ person, at, here: { isMe, joined }, onClose }: ActionsProps) {
  const store = useStore();
  const open = useContext(OpenDialogContext);
  const show = useContext(ShowBesideContext);
  const then = (run: () => void) => () => {
    onClose();
    run();
  };
  if (isMe)
    return (
      <div className={styles.actions}>
        <Button icon="edit" onClick={then(() => open({ kind: 'account' }))}>
          Edit my profile
        </Button>
      </div>
    );
  const isHere = joined?.peer?.number === person.number;
  return (
    <div className={styles.actions}>
      {!isHere && !person.deleted && (
        <Button variant="primary" icon="message" onClick={then(() => writeTo(store, person))}>
          Message
        </Button>
      )}
      {!person.deleted && joined !== undefined && store.client.can(joined.number, 'send') && (
        <Button icon="at" onClick={then(() => mention(person, at, () => show(undefined)))}>
          Mention
        </Button>
      )}
    </div>
  );
}

function Said({ profile }: { profile: Profile | undefined }) {
  if (profile === undefined) return null;
  const { statusEmoji, statusText, statusUntil, about } = profile;
  const isOver = statusUntil !== undefined && statusUntil <= new Date();
  const status = isOver ? '' : `${statusEmoji} ${statusText}`.trim();
  return (
    <>
      {status !== '' && <p className={styles.status}>{status}</p>}
      {about !== '' && <p className={styles.about}>{about}</p>}
    </>
  );
}

function presenceWords({ deleted, assistant }: Person, presence: PersonPresence | undefined): string {
  if (deleted) return 'This account is deleted';
  if (presence?.online === true) return assistant ? 'assistant, ready' : 'online';
  if (assistant) return 'assistant';
  return presence?.lastSeen === undefined ? 'offline' : `last seen ${momentWords(presence.lastSeen)}`;
}

function factsOf(
  { member, joined }: PersonHere,
  profile: Profile | undefined,
  now: Date,
): readonly (readonly [string, string])[] {
  const facts: [string, string][] = [];
  const isDirect = joined?.kind === 'direct';
  if (!isDirect && joined !== undefined && member !== undefined)
    facts.push([
      'Here',
      `${ROLE_WORDS[member.role]}${member.mutedUntil === undefined ? '' : `, muted${untilWords(member.mutedUntil)}`}`,
    ]);
  const time = timeThere(profile?.timeZone ?? '', now);
  if (time !== undefined) facts.push(['Local time', time]);
  return facts;
}

function timeThere(timeZone: string, now: Date): string | undefined {
  if (timeZone === '') return undefined;
  try {
    return new Intl.DateTimeFormat(undefined, {
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      timeZone,
    }).format(now);
  } catch {
    // A zone that this browser does not know.
    return undefined;
  }
}
