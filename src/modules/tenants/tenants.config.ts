import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { integer } from '../../kernel/config/variables';

export const tenantsConfig = configSection('Tenants', {
  TENANT_DELETION_GRACE_DAYS: integer({
    default: 30,
    min: 0,
    max: 365,
    unit: 'days',
    description:
      'How long a deleted tenant can be activated again before it is erased, unless its deletion says otherwise.',
  }),
  TENANT_ARCHIVE_MAX_MIB: integer({
    default: 2048,
    min: 1,
    max: 1_048_576,
    unit: 'MiB',
    description: 'Largest archive of a tenant that is taken in, compressed; twenty times as much unpacked.',
  }),
});

export type TenantsConfig = ConfigOf<typeof tenantsConfig>;
