import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { integer, text } from '../../kernel/config/variables';

export const auditConfig = configSection('Audit', {
  AUDIT_MIN_KEEP_DAYS: integer({
    default: 30,
    min: 1,
    max: 36_500,
    unit: 'days',
    description:
      'Shortest time that the audit log of a tenant is kept, whatever the tenant says: the same in every process. Whoever shortens the retention cannot have the traces of it gone before.',
  }),
  AUDIT_READ_AGGREGATE_SECONDS: integer({
    default: 10,
    min: 1,
    max: 300,
    unit: 'seconds',
    description:
      'Longest time that a backend counts successful plain reads before it records them, for tenants whose audit log has them in aggregate (`reads`). Reads of this time have no record if the process is killed; one that is stopped records them first.',
  }),
  AUDIT_SIGNING_KEY_FILE: text({
    default: null,
    description:
      'File with the Ed25519 key (PEM, openssl genpkey -algorithm ed25519) by which the control plane signs checkpoints of the audit log. Keep it where the database is not. Unset in development: generated into DATA_DIR/secrets.',
  }),
});

export type AuditConfig = ConfigOf<typeof auditConfig>;
