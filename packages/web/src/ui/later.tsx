/** Parts that are fetched when they are first shown. The rest goes on where one of them does not come. */
import { Component, type ComponentType, lazy, type ReactNode } from 'react';
import { failureWords } from '../failures.ts';
import { reload } from '../reload.ts';
import { addToast } from './toasts.ts';

/**
 * As `lazy` of React, below a Suspense. Where it fails it is told, unless it is `quiet`, nothing stands in its place, and
 * the next time it is shown it is fetched again.
 */
export function later<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
  { quiet = false }: { quiet?: boolean } = {},
): ComponentType<Props> {
  let Part = lazy(load);
  const failed = (error: unknown) => {
    Part = lazy(load);
    if (!quiet) tell(error);
  };
  // biome-ignore lint/correctness/noComponentHookFactories: called once for a part, as `lazy` is.
  return function Later(props: Props) {
    return (
      <Beside onFailed={failed}>
        <Part {...props} />
      </Beside>
    );
  };
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
