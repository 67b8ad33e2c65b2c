import { createLogger } from '../kernel/telemetry/logger';
import { ProcessReport } from './process-report';

function reportOf(
  level: string,
  isProduction: boolean,
): { report: ProcessReport; lines: string[]; records: unknown[] } {
  const lines: string[] = [];
  const records: unknown[] = [];
  const logger = createLogger(level, 'all', undefined, { write: (line) => records.push(JSON.parse(line)) });
  return { report: new ProcessReport(logger, isProduction, (line) => lines.push(line)), lines, records };
}

describe('the report of a process', () => {
  it('is plain lines in development, until the start is over', () => {
    const { report, lines, records } = reportOf('info', false);
    report.step('applied 2 migrations in 0.1 s', { migrations: 2 });
    expect([lines, records]).toEqual([['applied 2 migrations in 0.1 s'], []]);
    report.started();
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
    report.stopping();
    report.stopped();
    expect([lines, records]).toEqual([[], []]);
  });

  it('has one line when the process begins to stop and one when it has stopped, in development', () => {
    const { report, lines, records } = reportOf('info', false);
    report.started();
    report.stopping();
    report.stopping();
    report.stopped();
    expect([lines, records]).toEqual([['Stopping. Press Ctrl-C again to stop at once.', 'Stopped.'], []]);
  });

  it('has log records when the process stops, in production', () => {
    const { report, lines, records } = reportOf('info', true);
    report.started();
    report.stopping();
    report.stopped();
    expect(lines).toEqual([]);
    expect(records).toMatchObject([
      { level: 'info', msg: 'the process is stopping; a second signal ends it at once' },
      { level: 'info', msg: 'the process has stopped' },
    ]);
  });
});
