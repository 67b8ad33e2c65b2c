import { goJson } from './json-text.js';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export const LOG_FORMATS = ['json', 'json-pretty', 'text'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

export type LogFields = Readonly<Record<string, unknown>>;

/** Writes one line per event, in the format of OPA's log. */
export class Logger {
  private readonly from: number;

  constructor(
    level: LogLevel,
    private readonly format: LogFormat,
    private readonly write: (text: string) => void,
  ) {
    this.from = LOG_LEVELS.indexOf(level);
  }

  isOn(level: LogLevel): boolean {
    return LOG_LEVELS.indexOf(level) >= this.from;
  }

  debug(msg: string, fields?: LogFields): void {
    this.log('debug', msg, fields);
  }

  info(msg: string, fields?: LogFields): void {
    this.log('info', msg, fields);
  }

  warn(msg: string, fields?: LogFields): void {
    this.log('warn', msg, fields);
  }

  error(msg: string, fields?: LogFields): void {
    this.log('error', msg, fields);
  }

  private log(level: LogLevel, msg: string, fields: LogFields = {}): void {
    if (!this.isOn(level)) return;
    this.write(this.line(level, msg, fields));
  }

  private line(level: LogLevel, msg: string, fields: LogFields): string {
    const time = new Date().toISOString();
    if (this.format === 'text') {
      const pairs = Object.entries(fields).map(([name, value]) => ` ${name}=${textOf(value)}`);
      return `time=${time} level=${level} msg=${JSON.stringify(msg)}${pairs.join('')}\n`;
    }
    const event = Object.entries({ ...fields, level, msg, time }).sort(([a], [b]) => (a < b ? -1 : 1));
    return `${goJson(Object.fromEntries(event), this.format === 'json-pretty' ? 2 : 0)}\n`;
  }
}

function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : goJson(value);
  return /^[\w.:/-]+$/.test(text) ? text : JSON.stringify(text);
}
