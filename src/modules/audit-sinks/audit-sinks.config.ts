import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { boolean, integer, text } from '../../kernel/config/variables';

export const auditSinksConfig = configSection('Audit sinks', {
  AUDIT_SINKS_DIR: text({
    default: null,
    description:
      'Folder for file sinks of audit logs, on a disk that every control plane shares. Unset: no file sinks.',
  }),
  AUDIT_SINKS_FILE_MIB: integer({
    default: 64,
    min: 1,
    max: 4_096,
    unit: 'MiB',
    description: 'Maximum size of a sink’s file. When it is reached, the sink starts the next file.',
  }),
  AUDIT_SINKS_MAX_FILES: integer({
    default: 64,
    min: 1,
    max: 10_000,
    description:
      'Maximum number of files in AUDIT_SINKS_DIR for all sinks of a tenant, including removed sinks. When it is reached, the sinks wait with the state "full" until you move the oldest files away.',
  }),
  AUDIT_SINKS_MIN_FREE_MIB: integer({
    default: 1_024,
    min: 0,
    max: 1_048_576,
    unit: 'MiB',
    description: 'Minimum free space on the disk of AUDIT_SINKS_DIR. Below it, sinks wait with the state "full".',
  }),
  AUDIT_SINKS_PRIVATE_ADDRESSES: boolean({
    default: false,
    description: 'Allows audit log webhooks to use plain http and private network addresses.',
  }),
});

export type AuditSinksConfig = ConfigOf<typeof auditSinksConfig>;
