import 'reflect-metadata';
import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

/** Loads a part of the built product, such as `modules/audit/contract/audit.port`. */
export const product = (path) => load(`../../../dist/src/${path}.js`);

/** Opens a sidecar's services in this process, over the database in DATA_DIR. The environment contains the sidecar's settings. */
export async function openOwnCore() {
  const { NestFactory } = load('@nestjs/core');
  const { openEmbeddedPostgres } = product('kernel/database/embedded/embedded-postgres');
  const { createLogger } = product('kernel/telemetry/logger');
  const { NestLogger } = product('kernel/telemetry/nest-logger');
  const { readSettings } = product('roles/settings');
  const { coreOf } = product('roles/core');
  const { databaseConfig } = product('kernel/database/database.config');
  const settings = readSettings(process.env);
  const server = await openEmbeddedPostgres({ dataDir: settings.of(databaseConfig).DATA_DIR, log: () => undefined });
  const logger = createLogger('warn', 'bench');
  const parts = { settings, logger, store: { appUrl: server.appUrl }, certificates: null };
  const core = await NestFactory.createApplicationContext(await coreOf(parts), { logger: new NestLogger(logger) });
  await core.get(product('kernel/sealing/master-key-proof').MasterKeyProof).assert();
  return core;
}
