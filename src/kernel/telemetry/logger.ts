import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';

export type Logger = PinoLogger;

/** Injection token of the process's logger. */
export const LOGGER = Symbol('Logger');

/** Replaces a value that must not be logged. */
const CENSOR = '[REDACTED]';

/**
 * Members whose value is never logged, at any of the first three levels of nesting. Payloads are not logged at all. This is the second line
 * of defense for values in an error or a header, and the only line of defense if there is no {@link LogMask}.
 */
const REDACTED_NAMES = [
  'password',
  'passwd',
  'secret',
  'client_secret',
  'clientSecret',
  'token',
  'access_token',
  'refresh_token',
  'api_key',
  'apikey',
  'private_key',
  'credential',
  'credentials',
  'authorization',
  'cookie',
  'assertion',
];

/** Masks the members of a log record that was parsed from its line: its message, errors and bindings. */
export type LogMask = (record: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** Discards all messages. It is for callers that report their findings in another way. */
export const SILENT_LOGGER: Logger = pino({ level: 'silent' });

/**
 * Returns the logger of a process: one JSON line per event on standard output.
 * @param level `fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`.
 * @param mask applied to every line, whatever the source of its parts; by default, lines are not masked.
 * @param output destination of the lines; standard output by default.
 */
export function createLogger(level: string, role: string, mask?: LogMask, output?: DestinationStream): Logger {
  const options = {
    level,
    base: { role, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: ['', '*.', '*.*.'].flatMap((depth) => REDACTED_NAMES.map((name) => `${depth}${name}`)),
      censor: CENSOR,
    },
  };
  const lines = output ?? pino.destination({ fd: 1, sync: true });
  return pino(options, mask === undefined ? lines : { write: (line) => lines.write(masked(line, mask)) });
}

/** Returns the masked line, or a notice without content if it cannot be masked. */
function masked(line: string, mask: LogMask): string {
  try {
    return `${JSON.stringify(mask(JSON.parse(line) as Readonly<Record<string, unknown>>))}\n`;
  } catch {
    return `${JSON.stringify({ level: 'error', time: new Date().toISOString(), msg: CENSOR })}\n`;
  }
}
