import { type LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Level, type Logger } from 'pino';

export interface PinoLoggerOptions {
  readonly level: Level;
  /** Fields on every line, such as the instance. */
  readonly base: Readonly<Record<string, unknown>>;
  readonly destination: DestinationStream;
}

/** Lines that Nest writes at every start about itself: of interest to who debugs Nest. */
const NEST_CHATTER = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestFactory', 'NestApplication', 'NestMicroservice']);

/** Where Nest tells of an error that it also throws. */
const START_FAILURES = new Set(['ExceptionHandler', 'NestApplication']);

/** Nest's logger over pino. Errors are written with their causes; what the last argument names is the context. */
export class PinoLogger implements LoggerService {
  private readonly pino: Logger;

  constructor(options: PinoLoggerOptions) {
    this.pino = pino({ level: options.level, base: options.base, serializers: { error: pino.stdSerializers.errWithCause } }, options.destination);
  }

  log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    this.write(typeof context === 'string' && NEST_CHATTER.has(context) ? 'debug' : 'info', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  /** What Nest says of an error at start, whoever started it says too. */
  error(message: unknown, ...rest: unknown[]): void {
    this.write(START_FAILURES.has(String(rest.at(-1))) ? 'debug' : 'error', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  /** Nest calls with (message, …details, context), and `error` with (message, stack, context). */
  private write(level: Level, message: unknown, rest: readonly unknown[]): void {
    const last = rest.at(-1);
    const context = typeof last === 'string' ? last : undefined;
    const details = context === undefined ? rest : rest.slice(0, -1);
    const fields: Record<string, unknown> = context === undefined ? {} : { context };
    for (const detail of details) {
      if (detail instanceof Error) fields['error'] = detail;
      else if (typeof detail === 'string') fields['stack'] = detail;
      else if (typeof detail === 'object' && detail !== null) Object.assign(fields, detail);
    }
    if (message instanceof Error) this.pino[level]({ ...fields, error: message }, message.message);
    else if (typeof message === 'object' && message !== null) this.pino[level]({ ...fields, ...message });
    else this.pino[level](fields, String(message));
  }
}
