import { CLUSTER_MAX, clusters, sanitizeLine } from '@sotto/app/commands';

export { escapeJson, sanitizeLine, sanitizeLines } from '@sotto/app/commands';

/** The beginning of a text as one safe line of at most so many columns. */
export function excerpt(text: string, columns: number): string {
  const line = sanitizeLine(
    text
      .slice(0, columns * CLUSTER_MAX)
      .replace(/[\ud800-\udbff]$/, '')
      .replace(/\s+/g, ' '),
  );
  if (line.length <= columns && Bun.stringWidth(line) <= columns && text.length <= columns * CLUSTER_MAX)
    return line;
  let kept = '';
  for (const { segment } of clusters.segment(line)) {
    if (Bun.stringWidth(kept + segment) > columns - 1) return `${kept.trimEnd()}…`;
    kept += segment;
  }
  return kept === line && text.length <= columns * CLUSTER_MAX ? line : `${kept}…`;
}
