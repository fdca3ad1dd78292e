import type { Room } from '@sotto/client';
import { Icon } from '../ui/icon.tsx';
import type { IconName } from '../ui/icons.ts';

const ICON_OF: Readonly<Record<Room['kind'], IconName>> = {
  lobby: 'hash',
  public: 'hash',
  announcement: 'megaphone',
  private: 'lock',
  direct: 'user',
};

export const RoomIcon = ({ kind }: { kind: Room['kind'] }) => <Icon name={ICON_OF[kind]} />;

const WORDS: Readonly<Record<Room['kind'], string>> = {
  lobby: 'open to everybody',
  public: 'open to everybody',
  announcement: 'announcements',
  private: 'private',
  direct: 'direct messages',
};

export const kindWords = (kind: Room['kind']): string => WORDS[kind];
