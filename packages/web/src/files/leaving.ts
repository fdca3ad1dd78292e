/** Whoever is about to close the page is asked whether to, while files would be lost that nothing keeps. */
import type { Store } from '@sotto/app';

/** Each says whether something would be lost. */
const reasons = new Set<() => boolean>();

/** Until the returned function is called. */
export function askBeforeLeaving(wouldLose: () => boolean): () => void {
  if (reasons.size === 0) addEventListener('beforeunload', ask);
  reasons.add(wouldLose);
  return () => {
    reasons.delete(wouldLose);
    if (reasons.size === 0) removeEventListener('beforeunload', ask);
  };
}

function ask(event: BeforeUnloadEvent): void {
  if ([...reasons].some((wouldLose) => wouldLose())) event.preventDefault();
}

/** Files on their way up that do not go on when the window is opened again. */
export const losesUploads = ({ transfers }: Pick<Store, 'transfers'>): boolean =>
  [...transfers.get().values()].some(
    ({ kind, state, isKept }) => kind === 'upload' && state.kind === 'moving' && !isKept,
  );
