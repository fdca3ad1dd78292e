export * from './fake-timeline.ts';
export * from './manual-clock.ts';
export * from './people.ts';
