import { expect, test } from 'bun:test';
import { LOBBY } from '@sotto/model';
import { AnswerEnd } from '@sotto/schema';
import { FakeAnswers } from '../testing/fake-answers.ts';
import { createWorld, FOUR_WAYS, startClient, within } from '../testing/harness.ts';

test('[ANSWERS-3] [PATH-6] I1 T12: an answer goes on where the session moves to; what comes late on the old path changes nothing', async () => {
  const world = await createWorld();
  const { time, server } = world;
  server.delayMs = 20;
  const answers = new FakeAnswers(server);
  const client = await startClient(world, time, server.routes(...FOUR_WAYS));
  client.resume().catch(() => {});
  await time.until(() => client.status.kind === 'online');
  await within(time, client.assistants.watch(['lobby']));
  const answer = await within(time, client.assistants.search('?'));
  const told: string[] = [];
  const reading = (async () => {
    for await (const { state } of answer.updates()) if (state.kind === 'writing') told.push(state.text);
  })();
  answers.write(answer.id, 'one ');
  await time.pass(100);
  server.path('udp').hold();
  server.path('quic').hold();
  answers.write(answer.id, 'two ');
  // Something is asked, so that the silence is noticed.
  void client.send(LOBBY, 'hello');
  await time.until(() => client.status.kind === 'online' && client.status.transport === 'tls');
  await time.pass(1_000);
  expect(answers.watched).toEqual([[LOBBY], [LOBBY]]);
  expect(told.at(-1)).toBe('one two ');
  answers.write(answer.id, 'three');
  await time.pass(100);
  server.path('udp').release();
  server.path('quic').release();
  await time.until(() => client.status.kind === 'online' && client.status.transport === 'udp');
  await time.pass(1_000);
  expect(answers.watched).toHaveLength(3);
  answers.end(answer.id, { end: AnswerEnd.DONE, text: 'one two three' });
  await within(time, reading);
  expect(told).toEqual(['one ', 'one two ', 'one two three']);
  expect(await within(time, answer.text())).toBe('one two three');
  await client.close();
});
