/** What became of everything that one person said, as the journals of both sides tell it. */
import type { Journal } from './orders.ts';

/** Something done to the path or the server, and the time in which its consequences are looked for. */
export interface Disturbance {
  name: string;
  at: number;
  until: number;
}

export interface Interruption {
  name: string;
  /** From sending a message until the listener had it, at the longest. */
  arrivalMs: number;
  /** Until the sender had the server's answer. */
  answerMs: number;
  /** Between two messages that reached the listener. */
  gapMs: number;
}

export interface Verdict {
  said: number;
  /** Messages that never came, were never answered, or were refused. */
  lost: readonly string[];
  doubled: readonly string[];
  /** Places in the room at which something else came than was sent there. */
  misplaced: readonly number[];
  interruptions: readonly Interruption[];
}

/** Of a verdict on a session to which nothing happened that a person would notice. */
export const WHOLE = { lost: [], doubled: [], misplaced: [] };

/** `room` is the speaker's, in which nobody else speaks. */
export function judge(
  room: string,
  speaker: Journal,
  listener: Journal,
  disturbances: readonly Disturbance[],
): Verdict {
  const heard = listener.heard.filter((message) => message.room === room);
  // Answers may come over two paths at once, and then in any order.
  const accepted = speaker.accepted.toSorted((a, b) => a.sequence - b.sequence);
  const views = [heard, speaker.heard.filter((message) => message.room === room), accepted];
  const sent = speaker.sent.map(({ id }) => id);
  return {
    said: sent.length,
    lost: [...views.flatMap((view) => missing(sent, view)), ...speaker.refused],
    doubled: views.flatMap(doubled),
    misplaced: views.flatMap((view) => misplaced(sent, view)),
    interruptions: disturbances.map((disturbance) => ({
      name: disturbance.name,
      arrivalMs: longestWait(speaker.sent, heard, disturbance),
      answerMs: longestWait(speaker.sent, speaker.accepted, disturbance),
      gapMs: longestGap(heard, disturbance),
    })),
  };
}

interface Seen {
  id: string;
  sequence: number;
  at: number;
}

function missing(sent: readonly string[], view: readonly Seen[]): string[] {
  const seen = new Set(view.map(({ id }) => id));
  return sent.filter((id) => !seen.has(id));
}

function doubled(view: readonly Seen[]): string[] {
  const seen = new Set<string>();
  return view.flatMap(({ id }) => {
    if (seen.has(id)) return [id];
    seen.add(id);
    return [];
  });
}

/** The messages stand in the room as they were sent, one after another from the first's place on, and were seen in that order. */
function misplaced(sent: readonly string[], view: readonly Seen[]): number[] {
  const first = view[0]?.sequence ?? 0;
  return view.flatMap(({ id, sequence }, index) =>
    sequence === first + index && sent[index] === id ? [] : [sequence],
  );
}

/**
 * Of what was sent in this time or was still under way when it began. What outlasts it counts here up to its end, and in
 * full for what came next; what never came counts as nothing.
 */
function longestWait(sent: Journal['sent'], seen: readonly Seen[], { at, until }: Disturbance): number {
  const arrivals = new Map(seen.map((message) => [message.id, message.at]));
  return sent.reduce((longest, message) => {
    const arrival = arrivals.get(message.id);
    if (arrival === undefined || arrival < at || message.at >= until) return longest;
    return Math.max(longest, Math.min(arrival, until) - message.at);
  }, 0);
}

function longestGap(heard: readonly Seen[], { at, until }: Disturbance): number {
  return heard.reduce((longest, message, index) => {
    const before = heard[index - 1];
    if (before === undefined || message.at < at || before.at >= until) return longest;
    return Math.max(longest, Math.min(message.at, until) - before.at);
  }, 0);
}
