import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { integer } from '../../kernel/config/variables';

export const tenantsConfig = configSection('Tenants', {
  TENANT_DELETION_GRACE_DAYS: integer({
    default: 30,
    min: 0,
    max: 365,
    unit: 'days',
    description:
      'Time during which a deleted tenant can be reactivated before it is erased, unless the deletion request sets a different one.',
  }),
  TENANT_ARCHIVE_MAX_MIB: integer({
    default: 2048,
    min: 1,
    max: 1_048_576,
    unit: 'MiB',
    description:
      'Maximum compressed size of a tenant archive for an import. Unpacked, it can be twenty times as large.',
  }),
});

export type TenantsConfig = ConfigOf<typeof tenantsConfig>;
