import { LineError, type MessageRequest } from '@sotto/app/commands';
import { goTo } from '../../../routes.ts';
import { DONE, type Outcome, type Scene } from '../scene.ts';
import { messageMeant } from './meant.ts';

export async function performMessages(scene: Scene, request: MessageRequest): Promise<Outcome> {
  const { store, thread, show } = scene;
  const { client } = store;
  if (request.kind === 'pins') {
    show('pins');
    return DONE;
  }
  const { room, message } = await messageMeant(scene, request.message);
  const { number } = room;
  const { sequence } = message;
  switch (request.kind) {
    case 'reply': {
      const inThread = message.thread ?? (number === scene.room.number ? thread : undefined);
      store.send(number, request.text, {
        replyTo: sequence,
        ...(inThread === undefined ? {} : { thread: inThread }),
      });
      return DONE;
    }
    case 'edit':
      if (!message.mine) throw new LineError('only those who wrote a message change it');
      await client.edit(number, sequence, request.text);
      return DONE;
    case 'delete':
      await client.delete(number, sequence);
      return DONE;
    case 'thread': {
      const root = message.thread ?? sequence;
      if (request.text !== undefined) store.send(number, request.text, { thread: root });
      goTo({ kind: 'room', room: number, thread: root });
      return DONE;
    }
    case 'react':
      await client.react(number, sequence, request.emoji);
      return DONE;
    case 'unreact': {
      const mine = message.reactions.filter((each) => each.mine).map(({ emoji }) => emoji);
      for (const emoji of request.emoji === undefined ? mine : [request.emoji])
        await client.unreact(number, sequence, emoji);
      return DONE;
    }
    case 'pin':
    case 'unpin':
      await client[request.kind](number, sequence);
      return DONE;
    case 'reactions':
    case 'revisions':
      return DONE;
  }
}
