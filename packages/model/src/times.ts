/** The furthest moment that a Date can hold. */
const TIME_MAX_MS = 8.64e15;

/** Whether a number off the wire is a moment, in milliseconds since 1970; 0 mostly stands for none. */
export const isTimeMs = (value: number): boolean => value >= 0 && value <= TIME_MAX_MS;
