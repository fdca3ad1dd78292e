/** Menus by Base UI: fetched when the first one is about to be opened. */
import { CSPProvider } from '@base-ui/react/csp-provider';
import { Menu } from '@base-ui/react/menu';
import { useEffect, useRef } from 'react';
import { classes } from './classes.ts';
import { Icon } from './icon.tsx';
import styles from './menu.module.css';
import type { MenuItem, MenuPlace, OpenMenuProps } from './menu.tsx';
import { portalPlace } from './portal-place.ts';

export interface MenuBaseProps extends OpenMenuProps {
  /** Where the focus goes when it closes. */
  back: HTMLElement | undefined;
}

export default function MenuBase(props: MenuBaseProps) {
  const { label, items, at, side = 'bottom', align = 'start', onClose, back } = props;
  const isChosen = useRef(false);
  // Unless what was chosen has taken it, from which Base UI would take it back.
  useEffect(() => {
    return () => {
      if (isChosen.current && document.activeElement === document.body) back?.focus({ preventScroll: true });
    };
  }, [back]);
  return (
    <CSPProvider disableStyleElements>
      <Menu.Root
        defaultOpen
        onOpenChange={(isOpen, { reason }) => {
          if (isOpen) return;
          isChosen.current = reason === 'item-press';
          onClose();
        }}
      >
        <Menu.Portal container={portalPlace(at)}>
          <Menu.Positioner
            positionMethod="fixed"
            anchor={anchorOf(at)}
            side={side}
            align={align}
            sideOffset={4}
            className={styles.place}
          >
            <Menu.Popup
              ref={takeFocus}
              className={styles.menu}
              aria-label={label}
              finalFocus={() => !isChosen.current && (back ?? true)}
            >
              <Items items={items} />
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
    </CSPProvider>
  );
}

/** At once, where Base UI waits for the next frame: keys that follow are meant for it. */
const takeFocus = (popup: HTMLElement | null): void => popup?.focus({ preventScroll: true });

const anchorOf = (at: MenuPlace) =>
  at instanceof HTMLElement ? at : { getBoundingClientRect: () => new DOMRect(at.x, at.y, 0, 0) };

/** Menus do not change while they are open: their items are told apart by their places. */
function Items({ items }: { items: readonly MenuItem[] }) {
  // biome-ignore lint/suspicious/noArrayIndexKey: their places are what they are told apart by.
  return items.map((item, place) => <Item key={place} item={item} />);
}

function Item({ item }: { item: MenuItem }) {
  switch (item.kind) {
    case 'line':
      return <Menu.Separator className={styles.line} />;
    case 'action':
      return (
        <Menu.Item
          className={classes(styles.item, item.danger === true && styles.danger)}
          disabled={item.disabled === true}
          onClick={item.onSelect}
        >
          {item.icon === undefined ? <span className={styles.none} /> : <Icon name={item.icon} />}
          <span className={styles.words}>{item.label}</span>
          {item.keys !== undefined && <kbd>{item.keys}</kbd>}
        </Menu.Item>
      );
    case 'choice':
      return (
        <Menu.CheckboxItem className={styles.item} checked={item.chosen} onCheckedChange={item.onSelect}>
          {item.chosen ? <Icon name="check" /> : <span className={styles.none} />}
          <span className={styles.words}>{item.label}</span>
        </Menu.CheckboxItem>
      );
    case 'menu':
      return (
        <Menu.SubmenuRoot>
          <Menu.SubmenuTrigger className={styles.item}>
            {item.icon === undefined ? <span className={styles.none} /> : <Icon name={item.icon} />}
            <span className={styles.words}>{item.label}</span>
            <Icon name="chevronRight" size="small" />
          </Menu.SubmenuTrigger>
          <Menu.Portal>
            <Menu.Positioner className={styles.place}>
              <Menu.Popup className={styles.menu}>
                <Items items={item.items} />
              </Menu.Popup>
            </Menu.Positioner>
          </Menu.Portal>
        </Menu.SubmenuRoot>
      );
  }
}
