import { Suspense, useEffect, useRef } from 'react';
import { IconButton } from '../ui/button.tsx';
import { later } from '../ui/later.tsx';
import type { Attached } from './use-attached.ts';

const loadTray = () => import('./tray.tsx');
const Tray = later(loadTray);

/** Some time after the page is there, so that files can be attached without the server as well. */
const READY_AFTER_MS = 2_000;

function readyFiles(): void {
  const all = [loadTray(), import('../files/preview-of.ts'), import('../files/keeper-database.ts')];
  // It is asked for again when it is needed.
  for (const each of all) each.catch(() => {});
}

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
  useEffect(() => {
    const timer = setTimeout(readyFiles, READY_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
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
