import { describe, expect, test } from 'bun:test';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { hideQuicNotice } from './warnings.ts';

function warning(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

describe('warnings of the runtime (C3)', () => {
  test('C3 T2: the notice that QUIC is experimental is not shown, and everything else is', () => {
    const source = new EventEmitter();
    const shown: string[] = [];
    for (const screen of ['first', 'second'])
      source.on('warning', ({ message }: Error) => shown.push(`${screen}: ${message}`));
    hideQuicNotice(source);
    source.emit(
      'warning',
      warning('ExperimentalWarning', 'quic is an experimental feature and might change'),
    );
    source.emit('warning', warning('ExperimentalWarning', 'telepathy is an experimental feature'));
    source.emit('warning', warning('Warning', 'quic is an experimental feature'));
    expect(shown).toEqual([
      'first: telepathy is an experimental feature',
      'second: telepathy is an experimental feature',
      'first: quic is an experimental feature',
      'second: quic is an experimental feature',
    ]);
  });

  test('C3 T2: so it is with the runtime that is used', async () => {
    const script = `
      import { hideQuicNotice } from ${JSON.stringify(join(import.meta.dir, 'warnings.ts'))};
      hideQuicNotice(process);
      await import('node:quic');
      process.emitWarning('something else');
    `;
    const child = Bun.spawn([process.execPath, '-e', script], { stdout: 'ignore', stderr: 'pipe' });
    const said = await new Response(child.stderr).text();
    expect(await child.exited).toBe(0);
    expect(said).toContain('something else');
    expect(said).not.toContain('quic');
  });
});
