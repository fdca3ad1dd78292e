import { type ReactNode, Suspense } from 'react';
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

const load = () => import('./popover-base.tsx');
const Base = later(load);

/** Fetches what popovers need; called where one is about to be opened. */
export const readyPopovers = (): void => void load();

/** Drawn while it is open. Focus goes into it, and back to `at` when it closes: by Escape, or a click beside it. */
export function Popover(props: PopoverProps) {
  return (
    <Suspense fallback={null}>
      <Base {...props} />
    </Suspense>
  );
}
