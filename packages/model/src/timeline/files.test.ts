import { describe, expect, test } from 'bun:test';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  ContentSchema,
  EventKind,
  EventSchema,
  FileAnswer,
  FileOfferSchema,
  FilePreviewSchema,
  MessageStateSchema,
  Role,
} from '@sotto/schema';
import { png } from '../testing/pictures.ts';
import { foldState, Timeline, type TimelineEvent, toTimelineEvent } from './index.ts';

const ALICE = 1;
const BOB = 2;

const event = (sequence: number, fields: Partial<TimelineEvent> = {}): TimelineEvent => ({
  sequence,
  kind: 'message',
  sender: ALICE,
  role: 'member',
  timeMs: 1_000 * sequence,
  relatesTo: 0,
  thread: 0,
  content: fields.kind === undefined ? { kind: 'text', text: 'text' } : { kind: 'none' },
  clientMessageId: new Uint8Array(),
  ...fields,
});
const state = (fields: MessageInitShape<typeof MessageStateSchema>) => create(MessageStateSchema, fields);

describe('[VIEW-8] F1: files that messages offer', () => {
  const offer = {
    sha256: new Uint8Array(32).fill(7),
    size: 70_000,
    name: 'a.png',
    mediaType: 'image/png',
    text: 'look, @bob',
  };
  const offered = (fields: MessageInitShape<typeof FileOfferSchema> = offer) =>
    toTimelineEvent(
      create(EventSchema, {
        sequence: 1,
        kind: EventKind.MESSAGE,
        sender: ALICE,
        role: Role.MEMBER,
        content: toBinary(
          ContentSchema,
          create(ContentSchema, { content: { case: 'file', value: create(FileOfferSchema, fields) } }),
        ),
      }),
    );
  const answer = (sequence: number, kind: 'fileAccepted' | 'fileDeclined', sender = BOB) =>
    event(sequence, { kind, sender, relatesTo: 1 });
  const edit = (sequence: number, content: TimelineEvent['content']) =>
    event(sequence, { kind: 'edited', relatesTo: 1, content });
  const direct = (...events: TimelineEvent[]) => {
    const timeline = new Timeline({ kind: 'direct', me: BOB });
    timeline.add(events);
    return timeline;
  };
  const file = {
    name: 'a.png',
    sizeBytes: 70_000,
    mediaType: 'image/png',
    sha256: offer.sha256,
    preview: undefined,
    inline: false,
  };

  test('are shown with what is said about them', () => {
    expect(direct(offered()).view(1)).toMatchObject({
      body: { kind: 'text', text: 'look, @bob' },
      file,
      fileAnswer: undefined,
      mentions: { names: ['bob'], room: false },
    });
    expect(direct(offered({ ...offer, size: 3, inline: Uint8Array.of(1, 2, 3) })).view(1)?.file).toEqual({
      ...file,
      sizeBytes: 3,
      inline: true,
    });
  });

  test('[OFFER-3] stay without a preview that is none, and are nothing with anything else out of order', () => {
    const preview = create(FilePreviewSchema, { width: 9, thumbnail: png(9, 9) });
    expect(direct(offered({ ...offer, preview })).view(1)?.file?.preview).toEqual({
      width: 9,
      thumbnail: png(9, 9),
    });
    const large = create(FilePreviewSchema, { width: 9, thumbnail: png(900, 900) });
    expect(direct(offered({ ...offer, preview: large })).view(1)?.file).toEqual(file);
    for (const wrong of [
      { name: 'a\0b' },
      { size: -1 },
      { sha256: new Uint8Array(31) },
      { mediaType: 'A' },
    ]) {
      const view = direct(offered({ ...offer, preview: large, ...wrong })).view(1);
      expect([view?.body, view?.file]).toEqual([{ kind: 'erased' }, undefined]);
    }
  });

  test('edits replace what is said, whatever they hold, and never the file', () => {
    const timeline = direct(offered(), edit(2, { kind: 'text', text: 'other' }));
    expect(timeline.view(1)).toMatchObject({
      body: { kind: 'text', text: 'other' },
      file,
      edited: { edits: 1 },
    });
    const other = { ...file, name: 'other' };
    timeline.add(edit(3, { kind: 'file', file: other, text: 'said' }));
    expect(timeline.view(1)).toMatchObject({ body: { kind: 'text', text: 'said' }, file });
    const added = direct(event(1), edit(2, { kind: 'file', file, text: 'said' }));
    expect(added.view(1)).toMatchObject({ body: { kind: 'text', text: 'said' }, file: undefined });
    timeline.add(edit(4, { kind: 'none' }));
    expect(timeline.view(1)).toMatchObject({ body: { kind: 'erased' }, file });
    const stated = direct(offered());
    const bytes = toBinary(
      ContentSchema,
      create(ContentSchema, { content: { case: 'file', value: create(FileOfferSchema, offer) } }),
    );
    stated.addStates([
      state({ target: 1, asOf: 6, edits: 1, edit: { sequence: 5, timeMs: 5_000, content: bytes } }),
    ]);
    expect(stated.view(1)).toMatchObject({ body: { kind: 'text', text: 'look, @bob' }, file });
  });

  test('the first answer counts', () => {
    for (const [first, then] of [
      ['fileAccepted', 'fileDeclined'],
      ['fileDeclined', 'fileAccepted'],
    ] as const) {
      const told = first === 'fileAccepted' ? 'accepted' : 'declined';
      const timeline = direct(answer(3, then), offered(), answer(2, first));
      expect(timeline.view(1)).toMatchObject({ fileAnswer: told, file });
      const stated = direct(offered(), answer(9, then));
      stated.addStates([
        state({
          target: 1,
          asOf: 5,
          fileAnswer: told === 'accepted' ? FileAnswer.ACCEPTED : FileAnswer.DECLINED,
        }),
      ]);
      expect(stated.view(1)?.fileAnswer).toBe(told);
    }
  });

  test('nobody answers but the other one of the two, in a direct room, about what may be an offer', () => {
    const accepted = answer(2, 'fileAccepted');
    const answerOf = (...events: TimelineEvent[]) => direct(...events).view(1)?.fileAnswer;
    expect(answerOf(offered(), accepted)).toBe('accepted');
    expect(answerOf(offered(), answer(2, 'fileAccepted', ALICE))).toBeUndefined();
    expect(answerOf(offered(), { ...accepted, role: 'none' })).toBeUndefined();
    expect(answerOf(offered(), { ...accepted, sender: 0, role: 'none' })).toBeUndefined();
    expect(answerOf(event(1), accepted)).toBeUndefined();
    for (const kind of ['lobby', 'public', 'announcement', 'private'] as const) {
      const timeline = new Timeline({ kind, me: BOB });
      timeline.add([offered(), { ...accepted, role: 'owner' }]);
      expect(timeline.view(1)?.fileAnswer).toBeUndefined();
    }
  });

  test('of a sealed one the answer shows; of one that is deleted or erased, nothing', () => {
    const accepted = answer(2, 'fileAccepted');
    const sealed = event(1, { content: { kind: 'sealed' } });
    expect(direct(sealed, accepted).view(1)).toMatchObject({ file: undefined, fileAnswer: 'accepted' });
    for (const events of [
      [offered(), accepted, event(3, { kind: 'deleted', relatesTo: 1 }), answer(4, 'fileDeclined')],
      [offered(), accepted, event(1, { content: { kind: 'erased' } })],
      [event(1, { content: { kind: 'erased' } }), offered(), accepted],
    ]) {
      expect(direct(...events).view(1)).toMatchObject({ file: undefined, fileAnswer: undefined });
    }
  });

  test('[VIEW-2] an answer is in the state, and alone makes one', () => {
    const stateAt = (asOf: number) =>
      foldState([offered(), answer(2, 'fileDeclined'), answer(3, 'fileAccepted')], 1, asOf, {
        kind: 'direct',
        me: BOB,
      });
    expect(stateAt(1)).toBeUndefined();
    expect(stateAt(3)).toEqual(state({ target: 1, asOf: 3, fileAnswer: FileAnswer.DECLINED }));
  });
});
