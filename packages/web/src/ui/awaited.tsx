import { useLayoutEffect, useRef } from 'react';

/**
 * In place of something that takes the focus, until it was fetched. Keys that are pressed meanwhile are meant for that: what
 * had the focus before must not take them for its own.
 */
export function Awaited({ onLeave }: { onLeave: () => void }) {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => element.current?.focus({ preventScroll: true }), []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: nobody comes to it, nothing is done with it but leaving.
    <div
      ref={element}
      className="unseen"
      tabIndex={-1}
      onKeyDown={(event) => {
        event.preventDefault();
        event.stopPropagation();
        if (event.key === 'Escape') onLeave();
      }}
    />
  );
}
