import { setTimeout as sleep } from 'node:timers/promises';
import { databaseConfig } from '../kernel/database/database.config';
import { openEmbeddedPostgres } from '../kernel/database/embedded/embedded-postgres';
import { migrate, missingSchema } from '../kernel/database/schema';
import type { Readiness } from '../kernel/health/readiness';
import { isControlPlane, type Settings } from './settings';
import type { ProcessReport } from './process-report';

/** The database of this process, with a current schema. */
export interface Store {
  /** The URL for the application's role. */
  readonly appUrl: string;
  /** Stops the embedded server if this process is its last user. Call it last. */
  readonly close: () => Promise<void>;
}

const WAIT_MS = 250;

/**
 * Opens the store: the configured database, or an embedded PostgreSQL instance in `DATA_DIR`. The control plane and `all` update the
 * schema; the other roles wait for this update.
 */
export async function openStore(settings: Settings, readiness: Readiness, report: ProcessReport): Promise<Store> {
  readiness.awaits('store', 'database');
  const { appUrl, ownerUrl, close } = await openServer(settings, report);
  if (isControlPlane(settings.role.ROLE)) {
    const begun = performance.now();
    const done = await migrate(ownerUrl);
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    if (done.length > 0) {
      const fields = { migrations: done.length, latest: done.at(-1) };
      report.step(`applied ${done.length} ${done.length === 1 ? 'migration' : 'migrations'} in ${seconds} s`, fields);
    }
  } else {
    await waitForSchema(appUrl, readiness);
  }
  readiness.remove('store');
  return { appUrl, close };
}

async function openServer(settings: Settings, report: ProcessReport): Promise<Store & { readonly ownerUrl: string }> {
  const { DATABASE_URL, DATABASE_MIGRATION_URL, DATA_DIR } = settings.of(databaseConfig);
  if (DATABASE_URL !== null) {
    const ownerUrl = DATABASE_MIGRATION_URL?.reveal() ?? '';
    return { appUrl: DATABASE_URL.reveal(), ownerUrl, close: () => Promise.resolve() };
  }
  const server = await openEmbeddedPostgres({
    dataDir: DATA_DIR,
    log: (line) => {
      report.step(line, { part: 'embedded-postgres' });
    },
  });
  return { appUrl: server.appUrl, ownerUrl: server.ownerUrl, close: () => server.stop() };
}

async function waitForSchema(appUrl: string, readiness: Readiness): Promise<void> {
  for (;;) {
    const missing = await missingSchema(appUrl);
    if (missing === null) return;
    readiness.awaits('store', missing);
    await sleep(WAIT_MS);
  }
}
