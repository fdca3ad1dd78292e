export interface PageParts {
  /** Paths: the program first, then what it imports at once. */
  readonly scripts: readonly string[];
  readonly style: string | undefined;
}

/** The one page. Nothing in it is inline: the policy allows neither scripts nor styles that are. */
export function page({ scripts: [program = '', ...imported], style }: PageParts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Sotto</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="apple-touch-icon" href="/icon-192.png">
<link rel="manifest" href="/manifest.webmanifest">
${style === undefined ? '' : `<link rel="stylesheet" href="${style}">\n`}${imported
  .map((path) => `<link rel="modulepreload" href="${path}">\n`)
  .join('')}<script type="module" src="${program}"></script>
</head>
<body>
<div id="app"></div>
<noscript>Sotto needs JavaScript. The same conversations are in the terminal: sotto chat.</noscript>
</body>
</html>
`;
}
