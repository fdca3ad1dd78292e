import { Suspense } from 'react';
import { later } from '../ui/later.tsx';
import { Popover, readyPopovers } from '../ui/popover.tsx';
import { Skeleton } from '../ui/skeleton.tsx';

export interface EmojiPopoverProps {
  /** Names it: "React", "Emoji". */
  label: string;
  at: HTMLElement;
  onPick: (glyph: string) => void;
  onClose: () => void;
}

const Picker = later(() => import('./picker.tsx'));

/** Fetches what it needs; called where it is about to be opened. */
export function readyEmoji(): void {
  readyPopovers();
  Picker.ready();
}

/** Drawn while it is open. It closes itself when something was picked. */
export function EmojiPopover({ label, at, onPick, onClose }: EmojiPopoverProps) {
  const pick = (glyph: string) => {
    onClose();
    onPick(glyph);
  };
  return (
    <Popover label={label} at={at} onClose={onClose}>
      <Suspense fallback={<Skeleton shape="rows" label="Emoji" />}>
        <Picker onPick={pick} />
      </Suspense>
    </Popover>
  );
}
