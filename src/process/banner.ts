/** What a person is told at the start. */
export interface Start {
  readonly version: string;
  readonly roles: readonly string[];
  /** Where the data is, by what it is: `data` for a folder with all of it, else `log` and `table`. */
  readonly places: Readonly<Record<string, string>>;
  /** Where the HTTP server listens, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly api: boolean;
  /** Whether a key is needed. */
  readonly key: boolean;
  /** Where people come from, in plain words; null in a process that does not ingest. */
  readonly source: string | null;
}

/** A few lines in plain words: source, data, address, how to stop. */
export function banner(start: Start): string {
  const rows: [string, string][] = [];
  if (start.source !== null) rows.push(['people', start.source]);
  rows.push(...Object.entries(start.places), ['roles', start.roles.join(', ')]);
  if (start.api) {
    rows.push(['open', `${start.url}/docs${start.key ? '   (the API needs your ADMIN_API_KEY)' : ''}`]);
    rows.push(['people stored', `${start.url}/api/v1/users`], ['how it is', `${start.url}/api/v1/status`]);
  } else {
    rows.push(['health', `${start.url}/health/ready`]);
  }
  rows.push(['stop', 'Ctrl-C; nothing is lost, the next start goes on']);
  const width = Math.max(...rows.map(([name]) => name.length));
  return ['', `Userstream ${start.version}`, ...rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`), '', ''].join('\n');
}
