import { type ConfigOf, configSection } from '../config/config-section';
import { integer, secret, text } from '../config/variables';

const POSTGRES_URL = /^postgres(ql)?:\/\/\S+$/;

export const databaseConfig = configSection('Store', {
  DATA_DIR: text({
    default: './.data',
    description: 'Folder for the data of this installation: the embedded database and generated secrets.',
  }),
  DATABASE_URL: secret({
    pattern: POSTGRES_URL,
    patternHint: 'must begin with postgres://',
    description:
      "PostgreSQL URL of the application's role (coresdk_app: no superuser, no BYPASSRLS, owns no objects). Unset: an embedded PostgreSQL in DATA_DIR.",
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
      'PostgreSQL URL only for "coresdk backup" and "coresdk restore". Its role needs BYPASSRLS and must be a member of coresdk_owner.',
  }),
  DATABASE_POOL_SIZE: integer({
    default: 20,
    min: 2,
    max: 500,
    description: 'Maximum number of database connections of one process.',
  }),
  DATABASE_STATEMENT_TIMEOUT_MS: integer({
    default: 10_000,
    min: 100,
    max: 600_000,
    unit: 'ms',
    description: 'Maximum time of one SQL statement. The server then cancels it, and the caller gets a 503 response.',
  }),
});

export type DatabaseConfig = ConfigOf<typeof databaseConfig>;
