import type { Logger } from '../kernel/telemetry/logger';

/** Details of a step, for the log record. */
type Fields = Readonly<Record<string, unknown>>;

/**
 * Reports how a process starts and stops. In development, a person watches, so each report is a plain line; in production, it is a log
 * record. While the process serves, everything is a log record. The level `info` of the logger also applies to the lines.
 */
export class ProcessReport {
  private isStarting = true;
  private isStopping = false;
  private readonly isForPerson: boolean;

  /** @param print prints a line at the terminal. */
  constructor(
    private readonly logger: Logger,
    isProduction: boolean,
    private readonly print: (line: string) => void,
  ) {
    this.isForPerson = !isProduction && logger.isLevelEnabled('info');
  }

  /** Reports that a step of the start is done or begins. `message` has no secrets and no period. */
  step(message: string, fields: Fields = {}): void {
    if (this.isForPerson && this.isStarting) this.print(message);
    else this.logger.info(fields, message);
  }

  started(): void {
    this.isStarting = false;
  }

  /** Reports that the process begins to stop; once, even if it is called again. */
  stopping(): void {
    if (this.isStopping) return;
    this.isStopping = true;
    if (this.isForPerson) this.print('Stopping. Press Ctrl-C again to stop at once.');
    else this.logger.info('the process is stopping; a second signal ends it at once');
  }

  stopped(): void {
    if (this.isForPerson) this.print('Stopped.');
    else this.logger.info('the process has stopped');
  }
}
