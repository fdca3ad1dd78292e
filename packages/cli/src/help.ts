import type { Command, Option } from './command.ts';

const COLUMN_GAP = '  ';
const LINE_MAX = 100;
/** Of the second column, however narrow the terminal. */
const ROOM_MIN = 20;

/** `sotto chat [options]` */
export function usageLine({ name, positionals, options }: Command): string {
  const words = positionals.map((positional) =>
    positional.optional === true ? `[${positional.name}]` : positional.name,
  );
  const suffix = Object.keys(options).length > 0 ? ['[options]'] : [];
  return ['sotto', name, ...words, ...suffix].join(' ');
}

export function commandHelp(command: Command, width = LINE_MAX): readonly string[] {
  const options = Object.entries(command.options).map(optionRow);
  return [
    command.summary,
    '',
    `Usage: ${usageLine(command)}`,
    ...section('Options:', columns(options, width)),
    ...command.notes.flatMap((note) => ['', ...wrapped(note, width)]),
  ];
}

/** A note's own lines stay lines. */
function wrapped(note: string, width: number): readonly string[] {
  return Bun.wrapAnsi(note, width, { trim: false })
    .split('\n')
    .map((line) => line.trimEnd());
}

function optionRow([name, { argument, description }]: [string, Option]): readonly [string, string] {
  return [`  --${name}${argument === undefined ? '' : ` ${argument}`}`, description];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

/** How wide help may be on this output. */
export function helpWidth({ isTTY, columns: width }: { isTTY?: boolean; columns?: number }): number {
  return isTTY === true && width !== undefined && width > 0 ? Math.min(width, LINE_MAX) : LINE_MAX;
}

/** Two columns: the first as wide as its widest cell, the second wrapped. */
export function columns(rows: readonly (readonly [string, string])[], lineWidth: number): readonly string[] {
  const width = Math.max(0, ...rows.map(([first]) => first.length));
  const room = Math.max(lineWidth - width - COLUMN_GAP.length, ROOM_MIN);
  return rows.flatMap(([first, second]) =>
    Bun.wrapAnsi(second, room)
      .split('\n')
      .map((line, at) => (at === 0 ? first : '').padEnd(width) + COLUMN_GAP + line),
  );
}
