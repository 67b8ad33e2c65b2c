import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { boolean, text } from '../../kernel/config/variables';

export const auditSinksConfig = configSection('Audit sinks', {
  AUDIT_SINKS_DIR: text({
    default: null,
    sentence:
      'Folder for audit logs that are written to files, on a disk that every control plane shares. Unset: no files.',
  }),
  AUDIT_SINKS_PRIVATE_ADDRESSES: boolean({
    default: false,
    sentence: 'Whether webhooks of the audit log may lead into the private network, and be plain http.',
  }),
});

export type AuditSinksConfig = ConfigOf<typeof auditSinksConfig>;
