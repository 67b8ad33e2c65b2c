import { TENANT_KEYS_TOPIC } from '../sealing/tenant-keys.repository';
import { wrappedOwner } from '../sealing/stored-tenant-keys';
import { type TenantData, textOf } from './tenant-data';

export const kernelTenantData: TenantData = {
  module: 'kernel',
  tables: [
    {
      table: 'kernel.outbox',
      key: ['id'],
      exported: { leftOut: 'On its way into the audit log, from where it is exported.' },
      erased: 'rows',
      kept: 'Until it is delivered, which takes less than a second.',
    },
    {
      table: 'kernel.idempotent_writes',
      key: ['caller', 'key_hash'],
      exported: { leftOut: 'Answers to calls of the last day, for who repeats one here.' },
      erased: 'rows',
      kept: 'For 24 hours, sealed.',
    },
    {
      table: 'kernel.changes',
      key: ['id'],
      exported: { leftOut: 'Messages between running processes about moments in the past.' },
      erased: {
        agesOut: 'Revocations must hold until no token of the tenant can live any more; entries hold ids alone.',
        until: 'keep_until',
      },
      kept: 'For 24 hours; a revocation as long as what it ends could live.',
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
      kept: 'As long as the tenant: what a key has sealed may be anywhere.',
      reset: 'The tenant has new data keys: what the old ones sealed and that lies elsewhere stays closed.',
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
