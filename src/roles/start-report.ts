import type { Logger } from '../kernel/telemetry/logger';

/** Details of a step, for the log record. */
type Fields = Readonly<Record<string, unknown>>;

/**
 * Reports the steps of a start. In development, a person watches the start, so each step is a plain line; in production, it is a log record.
 * After the start, everything is a log record. The level `info` of the logger also applies to the lines.
 */
export class StartReport {
  private isForPerson: boolean;

  /** @param print prints a line at the terminal. */
  constructor(
    private readonly logger: Logger,
    isProduction: boolean,
    private readonly print: (line: string) => void,
  ) {
    this.isForPerson = !isProduction && logger.isLevelEnabled('info');
  }

  /** Reports that a step is done or begins. `message` has no secrets and no period. */
  step(message: string, fields: Fields = {}): void {
    if (this.isForPerson) this.print(message);
    else this.logger.info(fields, message);
  }

  end(): void {
    this.isForPerson = false;
  }
}
