/** What the runtime warns of and whoever uses the command can do nothing about. */

/** Part of the process, so that tests have one of their own. */
export interface WarningSource {
  listeners(event: 'warning'): readonly ((warning: Error) => void)[];
  removeAllListeners(event: 'warning'): unknown;
  on(event: 'warning', listener: (warning: Error) => void): unknown;
}

/**
 * Keeps the runtime's notice that its QUIC is experimental off the console. All other warnings reach whoever showed
 * them before. Call it before that module is loaded.
 */
export function hideQuicNotice(source: WarningSource): void {
  const shown = source.listeners('warning');
  source.removeAllListeners('warning');
  source.on('warning', (warning) => {
    if (isQuicNotice(warning)) return;
    for (const show of shown) show(warning);
  });
}

const isQuicNotice = ({ name, message }: Error): boolean =>
  name === 'ExperimentalWarning' && message.startsWith('quic is an experimental feature');
