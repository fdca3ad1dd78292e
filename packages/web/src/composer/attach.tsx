import { Suspense, useRef } from 'react';
import { IconButton } from '../ui/button.tsx';
import { later } from '../ui/later.tsx';
import type { Attached } from './use-attached.ts';

const Tray = later(() => import('./tray.tsx'));

/** Nothing while nothing is attached. */
export function AttachedTray({ all, remove }: Pick<Attached, 'all' | 'remove'>) {
  if (all.length === 0) return null;
  return (
    <Suspense fallback={null}>
      <Tray all={all} onRemove={remove} />
    </Suspense>
  );
}

export function AttachButton({ onFiles }: { onFiles(files: readonly File[]): void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton icon="paperclip" label="Attach files" onClick={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
    </>
  );
}
