import { type ReactNode, Suspense } from 'react';
import { Awaited } from './awaited.tsx';
import { later } from './later.tsx';

export interface PopoverProps {
  /** Names it. */
  label: string;
  at: HTMLElement;
  side?: 'top' | 'bottom' | 'right' | 'left';
  align?: 'start' | 'center' | 'end';
  onClose: () => void;
  children: ReactNode;
}

const Base = later(() => import('./popover-base.tsx'));

/** Fetches what popovers need; called where one is about to be opened. */
export const readyPopovers = Base.ready;

/** Drawn while it is open. Focus goes into it, and back to `at` when it closes: by Escape, or a click beside it. */
export function Popover(props: PopoverProps) {
  return (
    <Suspense fallback={<Awaited onLeave={props.onClose} />}>
      <Base {...props} />
    </Suspense>
  );
}
