import type { Logger } from '../telemetry/logger';

/** Maximum time for work in flight to finish after a fault. */
const FINISH_MS = 10_000;

/**
 * Watches for uncaught faults. After such a fault, the state of the process is unknown, so the process must not continue. The first fault
 * resolves the promise, so that the caller can finish requests in flight and exit. After a second fault, or after ten seconds, the process
 * exits immediately. Without this, Node would exit while requests are in flight.
 */
export function firstProcessFault(logger: Logger): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isFirst = true;
  const onFault = (kind: string, fault: unknown): void => {
    logger.fatal(
      { kind, err: fault instanceof Error ? fault : new Error(String(fault)) },
      'Uncaught error; the process exits',
    );
    process.exitCode = 1;
    if (!isFirst) process.exit(1);
    isFirst = false;
    setTimeout(() => {
      logger.fatal({ kind }, 'Requests did not finish in time after an error; the process exits immediately');
      process.exit(1);
    }, FINISH_MS).unref();
    resolve();
  };
  process.on('uncaughtException', (error) => onFault('uncaughtException', error));
  process.on('unhandledRejection', (reason) => onFault('unhandledRejection', reason));
  return promise;
}
