import { z } from 'zod';
import { wholeNumber } from './quantities.js';
import { ROLES, type Role } from './roles.js';
import { oneOf, variable, type Variable } from './variable.js';

const roles = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .refine((parts): parts is Role[] => parts.length > 0 && parts.every((part) => (ROLES as readonly string[]).includes(part)));

/** What a process is, and how it is reached. */
export const PROCESS_VARIABLES = {
  ROLES: variable({
    schema: roles,
    form: 'a comma-separated list of ingestion, processing, admin',
    default: 'ingestion,processing,admin',
    meaning: 'what this process does',
    first: true,
  }),
  PIPELINE_NAME: variable({
    schema: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/),
    form: 'lower-case letters, digits, _ and -, at most 64',
    default: 'userstream',
    meaning: "prefix of the journal's topics, default consumer group",
  }),
  HTTP_HOST: variable({
    schema: z.string().regex(/^[A-Za-z0-9.:_-]{1,255}$/),
    form: 'an address or host name to listen on',
    default: '127.0.0.1',
    meaning: 'where health, metrics and, with the admin role, the API listen; off loopback the API needs a key',
  }),
  HTTP_PORT: variable({
    schema: wholeNumber(0, 65_535),
    form: 'a port, 0 to 65535',
    default: '3000 with the admin role, else 0',
    meaning: '0 takes a free port and prints it',
    first: true,
  }),
  ADMIN_API_KEY: variable({
    // What a header can carry: printable ASCII without spaces.
    schema: z.string().regex(/^[\x21-\x7e]{16,512}$/),
    form: '16 to 512 letters, digits and signs of ASCII, without spaces',
    default: 'none',
    meaning: 'key for the whole API; without one, only this machine may use it',
    secret: true,
    first: true,
  }),
  DATA_DIR: variable({
    schema: z.string().min(1).max(4_096),
    form: 'a folder',
    default: './data',
    meaning: 'where the embedded log and table live; not touched where neither is embedded',
    first: true,
  }),
  LOG_LEVEL: variable({
    schema: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace'),
    form: 'fatal, error, warn, info, debug or trace',
    default: 'info',
    meaning: 'the least severe log lines to write',
  }),
  LOG_FORMAT: variable({
    schema: oneOf('pretty', 'json'),
    form: 'pretty or json',
    default: 'pretty on a terminal, else json',
    meaning: 'how log lines look',
  }),
} as const satisfies Record<string, Variable>;
