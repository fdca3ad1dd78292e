import { lazy, Suspense, useSyncExternalStore } from 'react';
import { Elsewhere, Ended, Failed, Starting } from './shell/between.tsx';
import { Boundary } from './shell/boundary.tsx';
import type { Session } from './shell/session.ts';
import { Shell } from './shell/shell.tsx';
import { ToastList } from './ui/toast-list.tsx';
import { Tooltips } from './ui/tooltips.tsx';

const Identity = lazy(() => import('./shell/identity.tsx'));
const SignIn = lazy(() => import('./sign-in/sign-in.tsx'));

export function App({ session }: { session: Session }) {
  return (
    <>
      <Boundary of="window">
        <Suspense fallback={<Starting />}>
          <Screen session={session} />
        </Suspense>
      </Boundary>
      <ToastList />
      <Tooltips />
    </>
  );
}

function Screen({ session }: { session: Session }) {
  const state = useSyncExternalStore(session.subscribe, session.get);
  switch (state.kind) {
    case 'starting':
      return <Starting />;
    case 'signedOut':
      return <SignIn session={session} store={state.store} notice={state.notice} />;
    case 'signedIn':
      return <Shell session={session} store={state.store} />;
    case 'elsewhere':
      return <Elsewhere onTakeOver={() => void session.start(undefined, true)} />;
    case 'untrusted': {
      const again = () => void session.start();
      return <Identity problem={state.problem} onAccepted={again} onRetry={again} />;
    }
    case 'ended':
      return <Ended />;
    case 'failed':
      return <Failed words={state.words} onRetry={() => void session.start()} />;
  }
}
