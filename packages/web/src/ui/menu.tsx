import { Suspense, useRef, useState } from 'react';
import { Awaited } from './awaited.tsx';
import { IconButton, type IconButtonProps } from './button.tsx';
import type { IconName } from './icons.ts';
import { later } from './later.tsx';

export type MenuItem =
  | {
      kind: 'action';
      label: string;
      icon?: IconName;
      /** Shown at the end: "Ctrl+K". */
      keys?: string;
      danger?: boolean;
      disabled?: boolean;
      onSelect: () => void;
    }
  | { kind: 'choice'; label: string; chosen: boolean; onSelect: () => void }
  | { kind: 'menu'; label: string; icon?: IconName; items: readonly MenuItem[] }
  | { kind: 'line' };

/** What it opens at: an element, or a point of the window. */
export type MenuPlace = HTMLElement | { x: number; y: number };

export interface OpenMenuProps {
  /** Names it. */
  label: string;
  items: readonly MenuItem[];
  at: MenuPlace;
  /** Above or below of what it opens at; it turns where there is no room. */
  side?: 'top' | 'bottom' | 'right';
  align?: 'start' | 'end';
  onClose: () => void;
}

const Base = later(() => import('./menu-base.tsx'));

/** Fetches what menus need; called where one is about to be opened. */
export const readyMenus = Base.ready;

/** Drawn while it is open: a context menu, or one that something else than `MenuButton` opens. */
export function OpenMenu(props: OpenMenuProps) {
  const { at, onClose } = props;
  const [before] = useState(() => document.activeElement);
  const back = at instanceof HTMLElement ? at : before instanceof HTMLElement ? before : undefined;
  return (
    <Suspense fallback={<Awaited onLeave={onClose} />}>
      <Base {...props} back={back} />
    </Suspense>
  );
}

export interface MenuButtonProps extends Omit<IconButtonProps, 'onClick' | 'pressed'> {
  items: readonly MenuItem[] | (() => readonly MenuItem[]);
  side?: OpenMenuProps['side'];
  align?: OpenMenuProps['align'];
}

/** A button with an icon that opens a menu. */
export function MenuButton({ items, side = 'bottom', align = 'end', label, ...rest }: MenuButtonProps) {
  const button = useRef<HTMLButtonElement>(null);
  const [at, setAt] = useState<HTMLElement>();
  return (
    <>
      <IconButton
        {...rest}
        ref={button}
        label={label}
        aria-haspopup="menu"
        aria-expanded={at !== undefined}
        onPointerEnter={readyMenus}
        onFocus={readyMenus}
        onClick={(event) => setAt(event.currentTarget)}
      />
      {at !== undefined && (
        <OpenMenu
          label={label}
          at={at}
          side={side}
          align={align}
          items={typeof items === 'function' ? items() : items}
          onClose={() => setAt(undefined)}
        />
      )}
    </>
  );
}
