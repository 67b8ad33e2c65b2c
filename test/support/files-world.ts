import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../src/kernel/config/config-section';
import { openBackend } from './backend';
import { openAllCore, type TestCore } from './test-core';
import { createTestDatabase, type TestDatabase } from './test-database';
import { makeTenant, type TestTenant, tokenOf } from './two-tenants';

/** The public surface in this process, with two tenants, and files in a separate folder. */
export interface FilesWorld {
  readonly database: TestDatabase;
  readonly core: TestCore;
  readonly url: string;
  /** The folder of the objects. */
  readonly folder: string;
  readonly a: TestTenant;
  readonly b: TestTenant;
  /** Returns a token with different claims for a tenant's app that can read and write files. */
  readonly tokenOf: (tenant: TestTenant, claims?: object) => Promise<string>;
  /** Returns the names of all objects, including unfinished ones. */
  readonly objects: () => Promise<string[]>;
  readonly close: () => Promise<void>;
}

/** @param environment can configure a different storage with `FILES_URL`. */
export async function openFilesWorld(environment: Environment = {}): Promise<FilesWorld> {
  const database = await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'coresdk-files-'));
  const core = await openAllCore(database, {
    FILES_URL: `file://${folder}`,
    DATABASE_POOL_SIZE: '10',
    ...environment,
  });
  const surface = await openBackend(core);
  const [a, b] = [await makeTenant(core, 'a'), await makeTenant(core, 'b')];
  return {
    database,
    core,
    url: surface.url,
    folder,
    a,
    b,
    tokenOf: (tenant, claims = {}) => tokenOf(core, tenant, { scope: 'files.read files.write', ...claims }),
    objects: async () => {
      const found = await readdir(folder, { recursive: true, withFileTypes: true });
      return found.filter((entry) => entry.isFile()).map(({ name }) => name);
    },
    close: async () => {
      await surface.close();
      await core.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
