/** What tests ask of answers again and again, in few words. */
import type { FrameMessage } from '@sotto/protocol';
import { AnswerEnd, type Event, EventKind } from '@sotto/schema';
import { contentOf } from './asking.ts';
import type { ScriptStep } from './scripted-provider.ts';
import type { LoggedIn } from './world.ts';

type WireAnswer = NonNullable<FrameMessage<'answerUpdate'>['answer']>;

export const text = (value: string): ScriptStep => ({ kind: 'text', text: value });
export const wait = (ms: number): ScriptStep => ({ kind: 'wait', ms });
/** Text, and then nothing for long. */
export const dawdling = (value: string): ScriptStep[] => [text(value), wait(50_000), { kind: 'end' }];

/** What one connection was told of answers, in order. */
export const updatesOf = ({ peer }: LoggedIn): WireAnswer[] =>
  peer.pushed('answerUpdate').flatMap(({ answer }) => (answer === undefined ? [] : [answer]));

/** The same in a word each: `waiting 1`, `writing`, `DONE`. */
export const statesOf = (who: LoggedIn): string[] => updatesOf(who).map(stateName);

export function stateName({ state }: WireAnswer): string {
  switch (state.case) {
    case 'waiting':
      return `waiting ${state.value}`;
    case 'ended':
      return AnswerEnd[state.value.end] ?? '?';
    default:
      return state.case ?? '?';
  }
}

export const endsOf = (who: LoggedIn) =>
  updatesOf(who).flatMap(({ state }) => (state.case === 'ended' ? [state.value] : []));

/** What is known after all that was told of it. */
export function textOf(who: LoggedIn, id: number): string {
  let known = '';
  for (const { id: other, state } of updatesOf(who)) {
    if (other !== id || state.case !== 'writing') continue;
    if (state.value.offset !== known.length) throw new Error(`${state.value.offset} after ${known.length}`);
    known += state.value.text;
  }
  return known;
}

/** The messages of a room that came, and what they say. */
export const heardOf = ({ peer }: LoggedIn, room: number): Event[] =>
  peer.eventsOf(4 * room).filter(({ kind }) => kind === EventKind.MESSAGE);
export const saidIn = (who: LoggedIn, room: number): unknown[] =>
  heardOf(who, room).map((event) => contentOf(event).value);
