/** Popovers by Base UI: fetched when the first one is about to be opened. */
import { CSPProvider } from '@base-ui/react/csp-provider';
import { Popover } from '@base-ui/react/popover';
import styles from './popover.module.css';
import type { PopoverProps } from './popover.tsx';
import { portalPlace } from './portal-place.ts';

export default function OpenPopover(props: PopoverProps) {
  const { label, at, side = 'top', align = 'center', onClose, children } = props;
  return (
    <CSPProvider disableStyleElements>
      <Popover.Root defaultOpen onOpenChange={(isOpen) => !isOpen && onClose()}>
        <Popover.Portal container={portalPlace(at)}>
          <Popover.Positioner
            positionMethod="fixed"
            anchor={at}
            side={side}
            align={align}
            sideOffset={6}
            className={styles.place}
          >
            <Popover.Popup
              ref={takeFocus}
              className={styles.popover}
              aria-label={label}
              finalFocus={() => at}
            >
              {children}
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      </Popover.Root>
    </CSPProvider>
  );
}

const CONTROLS = 'a[href], button:enabled, input:enabled, select:enabled, textarea:enabled';

/** At once, where Base UI waits for the next frame: keys that follow are meant for it. A finger needs no keyboard yet. */
function takeFocus(popup: HTMLElement | null): void {
  const isTouch = matchMedia('(pointer: coarse)').matches;
  const first = isTouch ? undefined : popup?.querySelector<HTMLElement>(CONTROLS);
  (first ?? popup)?.focus({ preventScroll: true });
}
