import { expect, test } from 'bun:test';
import { IN_MEMORY } from './engine.ts';
import { WorkerPort } from './worker-port.ts';

/** Opens, then ends at the next request: a thread that runs out of memory does the same. */
const SHORT_LIVED = `
  let requests = 0;
  self.onmessage = () => {
    if (requests++ > 0) process.exit(1);
    self.postMessage({ kind: 'opened' });
  };
`;

test('O1: when its thread ends, what waits is rejected, and whoever owns the store is told', async () => {
  const worker = new Worker(URL.createObjectURL(new Blob([SHORT_LIVED], { type: 'application/javascript' })));
  const port = await WorkerPort.open({ path: IN_MEMORY, shared: false }, worker);
  const answer = port.execute('select 1', []).catch((error) => error);
  expect((await port.failed).message).toContain('its thread ended');
  expect(await answer).toBe(await port.failed);
  expect(await port.execute('select 1', []).catch((error) => error)).toBe(await port.failed);
  await port.close();
});

test('O1: closing is no failure', async () => {
  const port = await WorkerPort.open({ path: IN_MEMORY, shared: false });
  await port.close();
  expect(await Promise.race([port.failed, Promise.resolve('still fine')])).toBe('still fine');
});
