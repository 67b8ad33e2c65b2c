import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { text } from '../../kernel/config/variables';

export const auditConfig = configSection('Audit', {
  AUDIT_SIGNING_KEY_FILE: text({
    default: null,
    sentence:
      'File with the Ed25519 key (PEM, openssl genpkey -algorithm ed25519) by which the control plane signs checkpoints of the audit log. Keep it where the database is not. Unset in development: generated into DATA_DIR/secrets.',
  }),
});

export type AuditConfig = ConfigOf<typeof auditConfig>;
