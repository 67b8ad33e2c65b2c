import { type ConfigOf, configSection } from '../config/config-section';
import { integer, secret, text } from '../config/variables';

const POSTGRES_URL = /^postgres(ql)?:\/\/\S+$/;

export const databaseConfig = configSection('Store', {
  DATA_DIR: text({
    default: './.data',
    description: 'Folder of what this installation keeps on disk: the embedded database and generated secrets.',
  }),
  DATABASE_URL: secret({
    pattern: POSTGRES_URL,
    patternHint: 'must begin with postgres://',
    description:
      "PostgreSQL URL of the application's role (coresdk_app: no superuser, no BYPASSRLS, owner of nothing). Unset: an embedded PostgreSQL under DATA_DIR.",
  }),
  DATABASE_MIGRATION_URL: secret({
    pattern: POSTGRES_URL,
    patternHint: 'must begin with postgres://',
    description: 'PostgreSQL URL of the owner role (coresdk_owner), used by the control plane to migrate the schema.',
  }),
  DATABASE_BACKUP_URL: secret({
    pattern: POSTGRES_URL,
    patternHint: 'must begin with postgres://',
    description:
      'PostgreSQL URL for "coresdk backup" and "coresdk restore" alone, of a role that row security does not bind (BYPASSRLS) and that is a member of coresdk_owner.',
  }),
  DATABASE_POOL_SIZE: integer({
    default: 20,
    min: 2,
    max: 500,
    description: 'Most connections that one process opens to the database.',
  }),
  DATABASE_STATEMENT_TIMEOUT_MS: integer({
    default: 10_000,
    min: 100,
    max: 600_000,
    unit: 'ms',
    description: 'Longest that one SQL statement may run before it is cancelled and the caller is answered 503.',
  }),
});

export type DatabaseConfig = ConfigOf<typeof databaseConfig>;
