import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localForwarder } from '../../src/roles/http/control-plane-forwarder';
import { openBackend, type TestBackend } from './backend';
import { openControlPlane } from './control-plane';
import { openAllCore, type TestCore } from './test-core';
import { createTestDatabase, type TestDatabase } from './test-database';
import { makeTenant, type TestTenant } from './two-tenants';

/** The in-process services that command-line commands use, and a folder for their files. */
export interface CommandsWorld {
  readonly database: TestDatabase;
  readonly core: TestCore;
  readonly controlPlane: Awaited<ReturnType<typeof openControlPlane>>;
  readonly surface: TestBackend;
  readonly tenant: TestTenant;
  readonly folder: string;
  /** Writes a file into the folder. Returns its path. */
  readonly file: (name: string, text: string) => string;
  readonly close: () => Promise<void>;
}

/** @param port the port of the backend; 0: any free port. */
export async function openCommandsWorld(
  environment: Readonly<Record<string, string>> = {},
  port = 0,
): Promise<CommandsWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'coresdk-commands-'));
  const database = await createTestDatabase();
  const core = await openAllCore(database, environment);
  const controlPlane = await openControlPlane(core);
  const surface = await openBackend(core, localForwarder(controlPlane.listener), port);
  const tenant = await makeTenant(core, 'a');
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const close = async (): Promise<void> => {
    await surface.close();
    await controlPlane.close();
    await core.close();
    await database.drop();
    rmSync(folder, { recursive: true });
  };
  return { database, core, controlPlane, surface, tenant, folder, file, close };
}
