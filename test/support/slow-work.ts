import { Counter, Histogram } from 'prom-client';
import { createLogger, type Logger } from '../../src/kernel/telemetry/logger';
import { SlowWork } from '../../src/kernel/threads/slow-work';

/** Returns a reporter of slow work whose metrics are not exposed. @param logger the logger for its lines; silent by default. */
export function newSlowWork(logger: Logger = createLogger('silent', 'test')): SlowWork {
  const unseen = { help: 'Slow work of a test.', registers: [] };
  return new SlowWork(
    logger,
    new Histogram({ ...unseen, name: 'slow', labelNames: ['kind'] }),
    new Counter({ ...unseen, name: 'throttled', labelNames: ['kind', 'reason'] }),
  );
}
