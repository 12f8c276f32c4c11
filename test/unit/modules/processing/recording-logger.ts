import { type LoggerService } from '@nestjs/common';

export interface LogLine {
  readonly level: 'log' | 'warn' | 'error' | 'fatal';
  readonly text: string;
}

/** Keeps what was logged, all arguments of a line in its text. */
export class RecordingLogger implements LoggerService {
  readonly lines: LogLine[] = [];

  log = (...line: unknown[]) => this.keep('log', line);
  warn = (...line: unknown[]) => this.keep('warn', line);
  error = (...line: unknown[]) => this.keep('error', line);
  fatal = (...line: unknown[]) => this.keep('fatal', line);

  at(level: LogLine['level']): readonly string[] {
    return this.lines.filter((line) => line.level === level).map(({ text }) => text);
  }

  private keep(level: LogLine['level'], line: readonly unknown[]): void {
    this.lines.push({ level, text: line.map(String).join(' ') });
  }
}
