import type { Answer } from '@sotto/client';

type OnItsWay = Extract<Answer['state'], { kind: 'waiting' | 'writing' }>;

export const isOnItsWay = (state: Answer['state']): state is OnItsWay =>
  state.kind === 'waiting' || state.kind === 'writing';
