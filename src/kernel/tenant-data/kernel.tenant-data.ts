import { TENANT_KEYS_TOPIC } from '../sealing/tenant-keys.repository';
import { wrappedOwner } from '../sealing/stored-tenant-keys';
import { type TenantData, textOf } from './tenant-data';

export const kernelTenantData: TenantData = {
  module: 'kernel',
  tables: [
    {
      table: 'kernel.outbox',
      key: ['id'],
      exported: { leftOut: 'Events on their way to the audit log, which is exported.' },
      erased: 'rows',
      kept: 'Until delivery, which takes less than a second.',
    },
    {
      table: 'kernel.idempotent_writes',
      key: ['caller', 'key_hash'],
      exported: { leftOut: 'Responses to calls from the last day, for callers that repeat a call here.' },
      erased: 'rows',
      kept: 'For 24 hours, sealed.',
    },
    {
      table: 'kernel.changes',
      key: ['id'],
      exported: { leftOut: 'Messages between running processes about past changes.' },
      erased: {
        agesOut:
          'Revocations must stay in force until all tokens of the tenant have expired. Entries contain only ids.',
        until: 'keep_until',
      },
      kept: 'For 24 hours; a revocation for the maximum lifetime of the revoked tokens.',
    },
  ],
};

export const sealingTenantData: TenantData = {
  module: 'sealing',
  tables: [
    {
      table: 'sealing.tenant_keys',
      key: ['id'],
      exported: 'sealed',
      erased: 'rows',
      kept: 'As long as the tenant exists, because values sealed with a key may be anywhere.',
      reset:
        'The tenant has new data keys. Values outside the archive that are sealed with the old keys stay unreadable.',
      sealedByMaster: {
        column: 'wrapped',
        owner: (row) => wrappedOwner(textOf(row, 'tenant_id'), textOf(row, 'id')),
      },
      announced: (row, tenantId) => ({
        topic: TENANT_KEYS_TOPIC,
        tenantId,
        key: tenantId,
        payload: { id: textOf(row, 'id') },
      }),
    },
  ],
};
