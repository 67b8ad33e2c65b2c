import { newSlowWork } from '../../../test/support/slow-work';
import { createLogger } from '../telemetry/logger';
import { SlowWork } from './slow-work';

const ORIGIN = { kind: 'workflow.parse', tenantId: 'tnt-a', resource: 'nightly' };

function recorded(): { readonly slowWork: SlowWork; readonly lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const output = { write: (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  return { slowWork: newSlowWork(createLogger('info', 'test', undefined, output)), lines };
}

describe('work on the main thread', () => {
  it('is reported with tenant, kind and resource if it uses more than 20 ms of CPU time', () => {
    const { slowWork, lines } = recorded();
    slowWork.took(ORIGIN, 20);
    expect(lines).toEqual([]);
    slowWork.took(ORIGIN, 21);
    expect(lines).toMatchObject([{ ...ORIGIN, cpuMs: 21, level: 'warn' }]);
  });

  it('returns its result or throws its error', () => {
    const { slowWork } = recorded();
    expect(slowWork.measure(ORIGIN, () => 7)).toBe(7);
    expect(() => slowWork.measure(ORIGIN, (): unknown => JSON.parse('{'))).toThrow(SyntaxError);
  });

  it('is measured by its CPU time', () => {
    const { slowWork, lines } = recorded();
    slowWork.measure(ORIGIN, () => {
      const { user, system } = process.threadCpuUsage();
      for (let used = 0; used < 25_000;) {
        const now = process.threadCpuUsage();
        used = now.user + now.system - user - system;
      }
    });
    expect(lines).toHaveLength(1);
  });
});

describe('a throttled tenant', () => {
  it('is logged once, no matter how often it is throttled in the next seconds', () => {
    const { slowWork, lines } = recorded();
    for (let count = 0; count < 1_000; count += 1) slowWork.throttled(ORIGIN, 'overloaded');
    slowWork.throttled({ ...ORIGIN, tenantId: 'tnt-b' }, 'cpu');
    expect(lines).toMatchObject([
      { ...ORIGIN, reason: 'overloaded' },
      { tenantId: 'tnt-b', reason: 'cpu' },
    ]);
  });
});
