import type { TenantData, TenantRow } from '../../../kernel/tenant-data/tenant-data';
import { AUDIT_RETENTION_TOPIC } from './retention.repository';

/**
 * Sets the recording time of an imported record to now, which determines its retention. The time of the event is part of its hash, so it
 * stays unchanged.
 */
function recordedNow({ recorded_at: _, ...row }: TenantRow): TenantRow {
  return row;
}

/**
 * Checks that a tenant's log can be continued. After a crash, one transaction moves the outbox into the logs of all tenants, oldest events
 * first. A head that cannot be continued, because its frontier has the wrong size or its next leaf already exists, would block that
 * transaction forever.
 */
const HEAD_CAN_GO_ON = `
  SELECT leaves.count = coalesce(head.size, 0) AND leaves.next = coalesce(head.size, 0) AND leaves.first >= 0
    AND leaves.whole AND coalesce(octet_length(head.hash) = CASE WHEN head.size = 0 THEN 0 ELSE 32 END, true)
    AND coalesce(octet_length(head.frontier) = 32 * length(replace(head.size::bit(64)::text, '0', '')), true) AS sound
  FROM (
    SELECT count(*) AS count, coalesce(max(sequence) + 1, 0) AS next, coalesce(min(sequence), 0) AS first,
      coalesce(bool_and(octet_length(hashes) > 0 AND octet_length(hashes) % 32 = 0), true) AS whole
    FROM audit.leaves WHERE tenant_id = $1
  ) AS leaves LEFT JOIN audit.heads AS head ON head.tenant_id = $1`;

/** Checks event times. The oldest events of all tenants are moved first, so an impossible time would block all other events forever. */
const TIMES_CAN_BE = `
  SELECT coalesce(bool_and(ts BETWEEN '1970-01-01Z' AND '9999-12-31Z'), true) AS sound
  FROM audit.earlier_events WHERE tenant_id = $1`;

// The log is about the tenant's people. The `system` log records that it was erased, and how much was erased.
export const auditTenantData: TenantData = {
  module: 'audit',
  tables: [
    {
      table: 'audit.retention',
      key: [],
      exported: 'rows',
      erased: 'rows',
      kept: 'As long as the tenant exists.',
      holds: 'SELECT hold_reason AS held FROM audit.retention WHERE tenant_id = $1 AND hold_reason IS NOT NULL',
      announced: (_row, tenantId) => ({ topic: AUDIT_RETENTION_TOPIC, tenantId, key: tenantId, payload: {} }),
    },
    {
      table: 'audit.persons',
      key: ['id'],
      exported: 'sealed',
      erased: 'rows',
      kept: 'Until the person is erased.',
      reset: 'Personal fields of earlier records stay unreadable; their proofs stay valid.',
    },
    {
      table: 'audit.events',
      key: ['sequence', 'recorded_at'],
      exported: 'rows',
      erased: 'rows',
      kept: 'For the retention that the tenant sets; by default, as long as the tenant exists.',
      admitted: recordedNow,
    },
    {
      table: 'audit.earlier_events',
      key: ['id'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until they are moved into the chain; moving them starts immediately.',
      sound: TIMES_CAN_BE,
    },
    {
      table: 'audit.leaves',
      key: ['sequence'],
      exported: 'rows',
      erased: 'rows',
      kept: 'As long as the tenant exists, so that proofs stay valid.',
    },
    {
      table: 'audit.heads',
      key: [],
      exported: 'rows',
      erased: 'rows',
      kept: 'As long as the tenant exists: the log continues from this row.',
      sound: HEAD_CAN_GO_ON,
    },
    {
      table: 'audit.checkpoints',
      key: ['size'],
      exported: 'rows',
      erased: 'rows',
      kept: 'As long as the tenant exists; after one day, only the last of each hour.',
    },
  ],
};
