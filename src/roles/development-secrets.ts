import { sealingConfig } from '../kernel/sealing/sealing.config';
import { databaseConfig } from '../kernel/database/database.config';
import { auditConfig } from '../modules/audit/audit.config';
import { bootstrapConfig, roleConfig } from './role.config';
import { GeneratedSecrets } from '../kernel/config/generated-secrets';
import { isControlPlane, type Settings } from './settings';

/** Settings with every secret set, and the control plane's token if it was just created. */
export interface CompleteSettings {
  readonly settings: Settings;
  readonly newControlPlaneToken: string | null;
}

/**
 * Fills in the secrets that a development installation need not set. Split roles and production always have these secrets at this point,
 * because `readSettings` refuses settings without them.
 */
export function withDevelopmentSecrets(settings: Settings): CompleteSettings {
  if (!isControlPlane(settings.role.ROLE)) return { settings, newControlPlaneToken: null };
  const isDevelopment = settings.role.ROLE === 'all' && settings.role.NODE_ENV !== 'production';
  const generated = new GeneratedSecrets(settings.of(databaseConfig).DATA_DIR);
  const masterKey = settings.of(sealingConfig).MASTER_KEY ?? generated.obtain('master-key').secret;
  const given = settings.role.CONTROL_PLANE_TOKEN;
  const token = given === null ? generated.obtain('control-plane-token', 'cpt_') : { secret: given, isNew: false };
  const { BOOTSTRAP_CLIENT_SECRET: clientSecret, BOOTSTRAP_ADMIN_PASSWORD: password } = settings.bootstrap;
  return {
    settings: settings
      .with(bootstrapConfig, {
        // The secret is also stored in a file, so that you can paste the first steps of the README. In production, it is only printed.
        BOOTSTRAP_CLIENT_SECRET:
          clientSecret ?? (isDevelopment ? generated.obtain('admin-client-secret', 'cs_').secret : null),
        BOOTSTRAP_ADMIN_PASSWORD: password ?? (isDevelopment ? generated.obtain('admin-password').secret : null),
      })
      .with(sealingConfig, { MASTER_KEY: masterKey })
      .with(auditConfig, {
        AUDIT_SIGNING_KEY_FILE:
          settings.of(auditConfig).AUDIT_SIGNING_KEY_FILE ?? generated.obtainKeyFile('audit-signing-key.pem'),
      })
      .with(roleConfig, { CONTROL_PLANE_TOKEN: token.secret }),
    newControlPlaneToken: token.isNew ? token.secret.reveal() : null,
  };
}
