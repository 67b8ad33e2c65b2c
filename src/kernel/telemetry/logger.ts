import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';

export type Logger = PinoLogger;

/** Injection token of the process's logger. */
export const LOGGER = Symbol('Logger');

/** What stands for a value that a log line must not have. */
const CENSOR = '[REDACTED]';

/**
 * Members whose value never reaches a log line, wherever they stand in the first three levels. Payloads are not logged
 * at all; this is the second wall for what slips into an error or a header, and the only one where no {@link LogMask} is set.
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

/** Masks the members of a log record, as they were parsed from its line: its message, errors and bindings. */
export type LogMask = (record: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/**
 * The logger of a process: one JSON line per event on standard output.
 * @param level `fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`.
 * @param mask what every line goes through, whichever way its parts came into it; none by default.
 * @param output where the lines go; standard output by default.
 */
/** Says nothing: for those who tell what they find in another way. */
export const SILENT_LOGGER: Logger = pino({ level: 'silent' });

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

/** A line that cannot be masked says that there was one, and nothing of it. */
function masked(line: string, mask: LogMask): string {
  try {
    return `${JSON.stringify(mask(JSON.parse(line) as Readonly<Record<string, unknown>>))}\n`;
  } catch {
    return `${JSON.stringify({ level: 'error', time: new Date().toISOString(), msg: CENSOR })}\n`;
  }
}
