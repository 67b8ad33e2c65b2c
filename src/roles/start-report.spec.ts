import { createLogger } from '../kernel/telemetry/logger';
import { StartReport } from './start-report';

function reportOf(level: string, isProduction: boolean): { report: StartReport; lines: string[]; records: unknown[] } {
  const lines: string[] = [];
  const records: unknown[] = [];
  const logger = createLogger(level, 'all', undefined, { write: (line) => records.push(JSON.parse(line)) });
  return { report: new StartReport(logger, isProduction, (line) => lines.push(line)), lines, records };
}

describe('the report of a start', () => {
  it('is plain lines in development, until the start is over', () => {
    const { report, lines, records } = reportOf('info', false);
    report.step('applied 2 migrations in 0.1 s', { migrations: 2 });
    expect([lines, records]).toEqual([['applied 2 migrations in 0.1 s'], []]);
    report.end();
    report.step('the embedded database exited unexpectedly; restarting it', { part: 'embedded-postgres' });
    expect(lines).toHaveLength(1);
    expect(records).toMatchObject([{ level: 'info', part: 'embedded-postgres' }]);
  });

  it('is log records in production', () => {
    const { report, lines, records } = reportOf('info', true);
    report.step('applied 2 migrations in 0.1 s', { migrations: 2 });
    expect(lines).toEqual([]);
    expect(records).toMatchObject([
      { level: 'info', role: 'all', migrations: 2, msg: 'applied 2 migrations in 0.1 s' },
    ]);
  });

  it.each([false, true])('is empty if the log level is higher (production: %s)', (isProduction) => {
    const { report, lines, records } = reportOf('warn', isProduction);
    report.step('applied 2 migrations in 0.1 s');
    expect([lines, records]).toEqual([[], []]);
  });
});
