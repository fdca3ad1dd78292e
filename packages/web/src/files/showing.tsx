/** What shows a file as large as the window allows; fetched when one is first looked at. */
import type { MessageView } from '@sotto/client';
import { createContext, type ReactNode, Suspense, useContext, useState } from 'react';
import { later } from '../ui/later.tsx';

const Viewer = later(() => import('./viewer.tsx'));

const ShowFileContext = createContext<(message: MessageView) => void>(() => {});

/** Shows the file of a message. */
export const useShowFile = () => useContext(ShowFileContext);

/** Above whatever shows files; what is looked at stays when the row that it came from is gone. */
export function ShowingFiles({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<MessageView>();
  return (
    <ShowFileContext value={setShown}>
      {children}
      {shown !== undefined && (
        <Suspense fallback={null}>
          <Viewer message={shown} onTurn={setShown} onClose={() => setShown(undefined)} />
        </Suspense>
      )}
    </ShowFileContext>
  );
}
