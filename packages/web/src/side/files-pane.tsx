/** The files of a room, newest first. A chunk of its own. */
import { errorWords } from '@sotto/app';
import type { RoomNumber } from '@sotto/model';
import { useEffect, useMemo, useState } from 'react';
import { FileTile } from '../files/file-tile.tsx';
import { type FileKind, ofKind, RoomFiles } from '../files/room-files.ts';
import { useReadable, useSelected, useStore } from '../hooks/use-store.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { Tabs } from '../ui/tabs.tsx';
import styles from './files-pane.module.css';

const KINDS = [
  { name: 'all', label: 'All' },
  { name: 'seen', label: 'Pictures' },
  { name: 'other', label: 'Other' },
] as const satisfies readonly { name: FileKind; label: string }[];

/** What comes together is one reason to look again. */
const RESTS_MS = 500;

export default function FilesPane({ room }: { room: RoomNumber }) {
  const files = useRoomFiles(room);
  const { phase, all } = useReadable(files);
  const [kind, setKind] = useState<FileKind>('all');
  switch (phase.kind) {
    case 'loading':
      return <Skeleton shape="rows" label="Files" />;
    case 'failed':
      return (
        <div className={styles.notice}>
          <Notice kind="danger" actions={<Button onClick={() => void files.load()}>Try again</Button>}>
            The files could not be loaded. {errorWords(phase.error)}
          </Notice>
        </div>
      );
    case 'ready': {
      const { kind: _, ...rest } = phase;
      return (
        <div className={styles.pane}>
          <Tabs label="Which files" tabs={KINDS} chosen={kind} onChoose={setKind}>
            <Listed files={files} kind={kind} shown={ofKind(all, kind)} {...rest} />
          </Tabs>
        </div>
      );
    }
  }
}

function useRoomFiles(room: RoomNumber): RoomFiles {
  const store = useStore();
  const files = useMemo(() => new RoomFiles(store.client, room), [store, room]);
  const head = useSelected(store.rooms, ({ byNumber }) => byNumber.get(room)?.head, [room]);
  const isOnline = useSelected(store.connection, ({ status }) => status.kind === 'online');
  // biome-ignore lint/correctness/useExhaustiveDependencies: what happens in the room may be a file, or the end of one.
  useEffect(() => {
    const isFirst = files.get().phase.kind === 'loading';
    const timer = setTimeout(() => void files.load(), isFirst ? 0 : RESTS_MS);
    return () => clearTimeout(timer);
  }, [files, head, isOnline]);
  return files;
}

interface ListedProps {
  files: RoomFiles;
  kind: FileKind;
  shown: ReturnType<typeof ofKind>;
  hasMore: boolean;
  isLoading: boolean;
}

function Listed({ files, kind, shown, hasMore, isLoading }: ListedProps) {
  if (shown.length === 0 && !hasMore) {
    return (
      <Empty icon="paperclip" title={kind === 'seen' ? 'No pictures yet' : 'No files yet'}>
        Drop one on the conversation, or paste it into the text field.
      </Empty>
    );
  }
  return (
    <>
      <ul className={kind === 'seen' ? styles.grid : styles.list} aria-label="Files">
        {shown.map((message) => (
          <FileTile key={message.sequence} message={message} isPlain={kind === 'seen'} />
        ))}
      </ul>
      {hasMore && (
        <Button wide variant="quiet" busy={isLoading} onClick={() => void files.more()}>
          Earlier files
        </Button>
      )}
    </>
  );
}
