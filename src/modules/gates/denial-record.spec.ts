import { systemContext } from '../../kernel/context/call-context';
import { createLogger } from '../../kernel/telemetry/logger';
import { SystemClock } from '../../kernel/time/clock';
import type { AuditPort } from '../audit/contract/audit.port';
import type { AuditEvent } from '../audit/contract/audit.types';
import { DenialRecord } from './denial-record';

function recorder() {
  const events: AuditEvent[] = [];
  const audit = { record: async (_context: unknown, event: AuditEvent) => void events.push(event) };
  const record = new DenialRecord(audit as unknown as AuditPort, new SystemClock(), createLogger('silent', 'test'));
  return { events, record };
}

const denied = (reason: string) => ({
  action: 'gate.resource',
  resourceType: 'resource',
  resourceId: `${Math.random()}`,
  reason,
  metadata: { asked: 'read' },
});

describe('the record of denials', () => {
  it('contains every denial of a tenant', () => {
    const { events, record } = recorder();
    for (let n = 0; n < 100; n++) record.write(systemContext('req-1', 'tnt-1'), denied('denied'));
    expect(events).toHaveLength(100);
  });

  it('cannot be flooded by callers without a valid token', () => {
    const { events, record } = recorder();
    const began = performance.now();
    for (let n = 0; n < 1_000; n++) {
      record.write(systemContext('req-1'), denied(n % 2 === 0 ? 'token_malformed' : 'token_expired'));
    }
    // One record per reason for each second that the loop took.
    expect(events.length).toBeGreaterThanOrEqual(2);
    expect(events.length).toBeLessThanOrEqual(2 * (1 + Math.ceil((performance.now() - began) / 1_000)));
    expect(events[0]?.metadata).toEqual({ asked: 'read', omitted: 0 });
  });
});
