export * from './event.ts';
export type { Reader } from './fold.ts';
export { foldState, timelineState } from './fold-state.ts';
export { isLawful } from './rights.ts';
export type { FileAnswer, Reactions } from './state.ts';
export { Timeline } from './timeline.ts';
export type { MessageBody, MessageView } from './view.ts';
