import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { integer, text } from '../../kernel/config/variables';

export const auditConfig = configSection('Audit', {
  AUDIT_MIN_KEEP_DAYS: integer({
    default: 30,
    min: 1,
    max: 36_500,
    unit: 'days',
    description:
      'Minimum retention for the audit log of every tenant. Use the same value in every process. The record of a shortened retention is also kept at least this long.',
  }),
  AUDIT_READ_AGGREGATE_SECONDS: integer({
    default: 10,
    min: 1,
    max: 300,
    unit: 'seconds',
    description:
      'Longest period for which a backend counts successful plain reads before it records them, for tenants with aggregated reads (`reads`). If the process is killed, reads from this period have no record; on a normal stop, it records them first.',
  }),
  AUDIT_SIGNING_KEY_FILE: text({
    default: null,
    description:
      'File with the Ed25519 key (PEM, openssl genpkey -algorithm ed25519) with which the control plane signs checkpoints of the audit log. Keep it away from the database. Unset in development: generated in DATA_DIR/secrets.',
  }),
});

export type AuditConfig = ConfigOf<typeof auditConfig>;
