// The panel's document: no script but its own, no connection, no style but its own.

export interface Addresses {
  /** The source that the webview serves the extension's files from. */
  readonly source: string;
  readonly script: string;
  readonly style: string;
}

/** The HTML of the panel; `nonce` is new for each document. */
export function page({ source, script, style }: Addresses, nonce: string): string {
  const policy = [
    "default-src 'none'",
    `style-src ${source}`,
    `script-src 'nonce-${nonce}'`,
    `font-src ${source}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gearshift</title>
<link rel="stylesheet" href="${style}">
</head>
<body>
<main id="panel" aria-busy="true"></main>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>
`;
}
