import { Writable } from 'node:stream';
import { type Terminal } from './terminal.js';

/** Where log lines go: as they are, or made readable, always above the terminal's bottom line. What makes them readable is loaded only then. */
export async function logDestination(terminal: Terminal, format: 'pretty' | 'json', colors: boolean): Promise<{ write(line: string): void }> {
  if (format === 'json') return { write: (line) => terminal.write(line) };
  const { default: pretty } = await import('pino-pretty');
  const lines = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      terminal.write(chunk.toString());
      done();
    },
  });
  return pretty({
    destination: lines,
    colorize: colors,
    ignore: 'pid,hostname,instance,context',
    translateTime: 'SYS:HH:MM:ss',
    messageFormat: '{if context}{context}: {end}{msg}',
    errorLikeObjectKeys: ['error'],
    singleLine: true,
    sync: true,
  });
}
