import { type Logger as PinoLogger, pino } from 'pino';

export type Logger = PinoLogger;

/** Injection token of the process's logger. */
export const LOGGER = Symbol('Logger');

/**
 * Members whose value never reaches a log line, wherever they stand in the first three levels. Payloads are not logged
 * at all; this is the second wall for what slips into an error or a header.
 */
const REDACTED_NAMES = [
  'password',
  'secret',
  'client_secret',
  'clientSecret',
  'token',
  'access_token',
  'refresh_token',
  'authorization',
  'cookie',
  'assertion',
];

/**
 * The logger of a process: one JSON line per event on standard output.
 * @param level `fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`.
 */
export function createLogger(level: string, role: string): Logger {
  return pino({
    level,
    base: { role, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: ['', '*.', '*.*.'].flatMap((depth) => REDACTED_NAMES.map((name) => `${depth}${name}`)),
      censor: '[REDACTED]',
    },
  });
}
