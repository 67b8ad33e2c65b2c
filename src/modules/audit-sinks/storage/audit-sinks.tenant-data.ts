import type { TenantData } from '../../../kernel/tenant-data/tenant-data';

export const auditSinksTenantData: TenantData = {
  module: 'audit_sinks',
  tables: [
    {
      table: 'audit_sinks.sinks',
      key: ['id'],
      exported: { leftOut: 'Destinations and progress apply only to this log; positions differ in other logs.' },
      erased: 'rows',
      kept: 'Until the sink is removed.',
    },
    {
      table: 'audit_sinks.dead_letters',
      key: ['sink_id', 'sequence'],
      exported: { leftOut: 'Records that could not be sent to a sink. Sinks are not exported either.' },
      erased: 'rows',
      kept: 'Until they are delivered, or their sink is removed.',
    },
  ],
};
