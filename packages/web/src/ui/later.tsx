/** Parts that are fetched when they are first shown. The rest goes on where one of them does not come. */
import { Component, type ComponentType, lazy, type ReactNode, useState } from 'react';
import { failureWords } from '../failures.ts';
import { reload } from '../reload.ts';
import { addToast } from './toasts.ts';

export interface Later<Props> {
  (props: Props): ReactNode;
  /** Fetches it before it is shown; where that fails it is tried again then. */
  ready(): void;
}

/**
 * As `lazy` of React, below a Suspense. Where it fails it is told, unless it is `quiet`, nothing stands in its place, and
 * the next time it is shown it is fetched again. What is there already is drawn at once: `lazy` would show what stands in
 * its place first, for 300 ms, and keys that are typed meanwhile would go to something else.
 */
export function later<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
  { quiet = false }: { quiet?: boolean } = {},
): Later<Props> {
  let known: ComponentType<Props> | undefined;
  const fetch = async () => {
    const part = await load();
    known = part.default;
    return part;
  };
  const ready = () => {
    if (known === undefined) fetch().catch(() => {});
  };
  let Part = lazy(fetch);
  const failed = (error: unknown) => {
    Part = lazy(fetch);
    if (!quiet) tell(error);
  };
  // biome-ignore lint/correctness/noComponentHookFactories: called once for a part, as `lazy` is.
  function Later(props: Props) {
    // The same one for as long as it is shown.
    const [Known] = useState(() => known);
    return <Beside onFailed={failed}>{Known ? <Known {...props} /> : <Part {...props} />}</Beside>;
  }
  return Object.assign(Later, { ready });
}

function tell(error: unknown): void {
  const { title, text } = failureWords(error);
  addToast({ kind: 'danger', words: `${title}. ${text}`, action: { label: 'Reload', run: reload } });
}

class Beside extends Component<
  { onFailed: (error: unknown) => void; children: ReactNode },
  { hasFailed: boolean }
> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override componentDidCatch(error: unknown): void {
    this.props.onFailed(error);
  }

  override render(): ReactNode {
    return this.state.hasFailed ? null : this.props.children;
  }
}
