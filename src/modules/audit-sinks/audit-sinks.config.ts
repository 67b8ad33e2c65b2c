import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { boolean, integer, text } from '../../kernel/config/variables';

export const auditSinksConfig = configSection('Audit sinks', {
  AUDIT_SINKS_DIR: text({
    default: null,
    description:
      'Folder for audit logs that are written to files, on a disk that every control plane shares. Unset: no files.',
  }),
  AUDIT_SINKS_FILE_MIB: integer({
    default: 64,
    min: 1,
    max: 4_096,
    unit: 'MiB',
    description: 'Size beyond which a file of a sink is not continued; the next one is begun.',
  }),
  AUDIT_SINKS_MAX_FILES: integer({
    default: 64,
    min: 1,
    max: 10_000,
    description:
      'Most files that the sinks of a tenant may have in AUDIT_SINKS_DIR together, those of removed sinks too. Beyond it they wait, with the state "full", until the oldest files are moved away.',
  }),
  AUDIT_SINKS_MIN_FREE_MIB: integer({
    default: 1_024,
    min: 0,
    max: 1_048_576,
    unit: 'MiB',
    description:
      'Free space of the disk of AUDIT_SINKS_DIR below which no sink writes to it; they wait, with the state "full".',
  }),
  AUDIT_SINKS_PRIVATE_ADDRESSES: boolean({
    default: false,
    description: 'Allows webhooks of the audit log to use plain http and addresses of the private network.',
  }),
});

export type AuditSinksConfig = ConfigOf<typeof auditSinksConfig>;
