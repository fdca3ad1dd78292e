/** Menus by Base UI: fetched when the first one is about to be opened. */
import { CSPProvider } from '@base-ui/react/csp-provider';
import { Menu } from '@base-ui/react/menu';
import { classes } from './classes.ts';
import { Icon } from './icon.tsx';
import styles from './menu.module.css';
import type { MenuItem, MenuPlace, OpenMenuProps } from './menu.tsx';
import { portalPlace } from './portal-place.ts';

export default function OpenMenu({
  label,
  items,
  at,
  side = 'bottom',
  align = 'start',
  onClose,
}: OpenMenuProps) {
  return (
    <CSPProvider disableStyleElements>
      <Menu.Root defaultOpen onOpenChange={(isOpen) => !isOpen && onClose()}>
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
              className={styles.menu}
              aria-label={label}
              finalFocus={() => (at instanceof HTMLElement ? at : true)}
            >
              <Items items={items} />
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
    </CSPProvider>
  );
}

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
