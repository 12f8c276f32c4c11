/** A stream that text is written to; the process's own, or a test's. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const SEPARATOR = ' · ';
const DEFAULT_COLUMNS = 80;
const ERASE_LINE = '\r\u001b[2K';

/**
 * A screen with one line at the bottom that is written over: log lines go above it. Where the screen is no terminal
 * there is no such line.
 */
export class Terminal {
  private line = '';

  constructor(private readonly screen: Screen) {}

  /** Whole lines, each ended by a newline. */
  write(text: string): void {
    if (this.line === '') this.screen.write(text);
    else this.screen.write(`${ERASE_LINE}${text}${this.line}`);
  }

  /** Replaces the bottom line; an empty text takes it away. */
  show(line: string): void {
    if (this.screen.isTTY !== true) return;
    const fitting = fit(line, (this.screen.columns || DEFAULT_COLUMNS) - 1);
    if (fitting === this.line) return;
    this.line = fitting;
    this.screen.write(`${ERASE_LINE}${fitting}`);
  }
}

/** As many whole parts as there is room for, so that no figure is cut in two; a first part that is too long is cut. */
function fit(line: string, columns: number): string {
  const parts = line.split(SEPARATOR);
  while (parts.length > 1 && parts.join(SEPARATOR).length > columns) parts.pop();
  return parts.join(SEPARATOR).slice(0, columns);
}
