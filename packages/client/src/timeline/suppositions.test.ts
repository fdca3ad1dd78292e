import { describe, expect, test } from 'bun:test';
import { type RoomNumber, roomStream, type Sequence } from '@sotto/model';
import { decodeMessage, type FrameMessage, SottoError } from '@sotto/protocol';
import { ContentSchema, ErrorCode, EventKind, Role, RoomKind } from '@sotto/schema';
import { ALICE, BOB, type FakeServer } from '../testing/fake-server.ts';
import { createWorld, failureOf, follow, onlineClient, within } from '../testing/harness.ts';
import type { MessageView } from '../types.ts';

/** Where a moderator stands as one. */
const TALK = 9 as RoomNumber;
const at = (sequence: number): Sequence => sequence as Sequence;

const KINDS = {
  edit: EventKind.MESSAGE_EDITED,
  delete: EventKind.MESSAGE_DELETED,
  addReaction: EventKind.REACTION_ADDED,
  removeReaction: EventKind.REACTION_REMOVED,
} as const;

/** As a server does it. */
function change(
  server: FakeServer,
  { room, sequence, clientMessageId, change }: FrameMessage<'changeMessage'>,
) {
  const extra = { relatesTo: sequence, clientMessageId, role: Role.MODERATOR };
  const kindOf = () => {
    if (change.case === 'pin') return change.value ? EventKind.MESSAGE_PINNED : EventKind.MESSAGE_UNPINNED;
    if (change.case === undefined || change.case === 'acceptFile') throw new Error('no change');
    return KINDS[change.case];
  };
  const event = () => {
    if (change.case === 'edit') {
      const { content } = decodeMessage(ContentSchema, change.value, 'content');
      return server.happen(room, kindOf(), ALICE, content, extra);
    }
    const isReaction = change.case === 'addReaction' || change.case === 'removeReaction';
    const content = isReaction ? ({ case: 'reaction', value: change.value } as const) : undefined;
    return server.happen(room, kindOf(), ALICE, content, extra);
  };
  return { room, sequence: event().sequence };
}

/** 1 is mine, 2 is bob's, with a reaction of his. */
async function reading() {
  const world = await createWorld();
  const { server, time } = world;
  server.addRoom(TALK, RoomKind.PUBLIC, 'talk');
  server.standing = () => ({ role: Role.MODERATOR });
  server.say(TALK, 'mine', ALICE);
  server.say(TALK, 'his', BOB);
  server.happen(TALK, EventKind.REACTION_ADDED, BOB, { case: 'reaction', value: '👍' }, { relatesTo: 2 });
  server.answer('changeMessage', (message) => change(server, message));
  const client = await onlineClient(world);
  follow(client);
  const timeline = client.timeline('talk');
  await within(time, timeline.loadLatest());
  const message = (sequence: number): MessageView => {
    const view = timeline.messages.find((each) => each.sequence === sequence);
    if (view === undefined) throw new Error(`no message ${sequence}`);
    return view;
  };
  return { ...world, client, timeline, message };
}

type Scene = Awaited<ReturnType<typeof reading>>;

const CHANGES: [string, number, (scene: Scene) => Promise<void>, object, object][] = [
  ['edit', 1, ({ client }) => client.edit('talk', at(1), 'better'), { text: 'mine' }, { text: 'better' }],
  [
    'delete',
    1,
    ({ client }) => client.delete('talk', at(1)),
    { text: 'mine', deleted: undefined },
    { text: undefined, deleted: { by: { name: 'alice' } } },
  ],
  [
    'reaction',
    2,
    ({ client }) => client.react('talk', at(2), '👍'),
    { reactions: [{ emoji: '👍', count: 1, mine: false }] },
    { reactions: [{ emoji: '👍', count: 2, mine: true }] },
  ],
  ['pin', 2, ({ client }) => client.pin('talk', at(2)), { pinned: false }, { pinned: true }],
];

describe('changes that count at once (M9, T17)', () => {
  test.each(CHANGES)(
    '[TIMELINE-6] %s: at once and marked, then as the server says, in one change',
    async (kind, target, carryOut, before, after) => {
      const scene = await reading();
      const { server, time, timeline, message, client } = scene;
      expect(message(target)).toMatchObject(before);
      server.holdsBack = true;
      const states: object[] = [];
      const stop = timeline.onChange(() => states.push(message(target)));
      const done = carryOut(scene);
      expect(message(target)).toMatchObject({ ...after, unconfirmed: [kind] });
      expect(timeline.message(at(target))).toBe(message(target));
      await within(time, done);
      expect(message(target)).toMatchObject({ ...after, unconfirmed: [kind] });
      server.holdsBack = false;
      await time.settle();
      expect(message(target)).toMatchObject(after);
      expect(message(target).unconfirmed).toBeUndefined();
      stop();
      for (const state of states) expect(state).toMatchObject(after);
      await client.close();
    },
  );

  test.each(CHANGES)('[TIMELINE-6] %s: refused, it is as it was', async (_kind, target, carryOut, before) => {
    const scene = await reading();
    const { server, time, message, client } = scene;
    const was = message(target);
    server.trouble = ({ name }) =>
      name === 'changeMessage' ? new SottoError(ErrorCode.PERMISSION_DENIED) : undefined;
    expect(await failureOf(within(time, carryOut(scene)))).toMatchObject({
      code: ErrorCode.PERMISSION_DENIED,
    });
    expect(message(target)).toMatchObject(before);
    expect(message(target)).toEqual(was);
    await client.close();
  });

  test('[TIMELINE-6] without a connection it is taken back once that is clear', async () => {
    const { server, time, message, client } = await reading();
    server.up = false;
    server.last.cut();
    const failed = failureOf(client.react('talk', at(2), '🎉'));
    expect(message(2).reactions).toHaveLength(2);
    await within(time, failed);
    expect(message(2).reactions).toHaveLength(1);
    expect(message(2).unconfirmed).toBeUndefined();
    await client.close();
  });

  test('[TIMELINE-6] a change that changes nothing is not marked for ever', async () => {
    const { server, time, message, client } = await reading();
    server.answer('changeMessage', ({ room, sequence }) => ({ room, sequence, duplicate: true }));
    await within(time, client.pin('talk', at(2)));
    expect(message(2)).toMatchObject({ pinned: false });
    expect(message(2).unconfirmed).toBeUndefined();
    await client.close();
  });

  test('[TIMELINE-6] what others do meanwhile stays, also after a refusal', async () => {
    const { server, time, message, client } = await reading();
    server.trouble = ({ name }) => (name === 'changeMessage' ? 'silence' : undefined);
    const reacted = failureOf(client.react('talk', at(2), '👍'));
    const reaction = { case: 'reaction', value: '👍' } as const;
    server.happen(TALK, EventKind.REACTION_ADDED, 3, reaction, { relatesTo: 2 });
    await time.settle();
    expect(message(2).reactions).toEqual([{ emoji: '👍', count: 3, mine: true }]);
    server.trouble = ({ name }) =>
      name === 'changeMessage' ? new SottoError(ErrorCode.PERMISSION_DENIED) : undefined;
    server.last.cut();
    await within(time, reacted);
    expect(message(2).reactions).toEqual([{ emoji: '👍', count: 2, mine: false }]);
    await client.close();
  });

  test('[TIMELINE-6] one after the other: react and take it back', async () => {
    const { server, time, message, client } = await reading();
    server.holdsBack = true;
    const both = [client.react('talk', at(2), '👍'), client.unreact('talk', at(2), '👍')];
    expect(message(2).reactions).toEqual([{ emoji: '👍', count: 1, mine: false }]);
    await within(time, Promise.all(both));
    server.holdsBack = false;
    await time.settle();
    expect(server.events(roomStream(TALK))).toHaveLength(5);
    expect(message(2).reactions).toEqual([{ emoji: '👍', count: 1, mine: false }]);
    expect(message(2).unconfirmed).toBeUndefined();
    await client.close();
  });

  test('[TIMELINE-6] what this account may not do is not shown at all', async () => {
    const { time, server, message, client } = await reading();
    server.trouble = ({ name }) =>
      name === 'changeMessage' ? new SottoError(ErrorCode.PERMISSION_DENIED) : undefined;
    const edited = failureOf(client.edit('talk', at(2), 'not his words'));
    expect(message(2).text).toBe('his');
    await within(time, edited);
    expect(message(2).text).toBe('his');
    await client.close();
  });
});
