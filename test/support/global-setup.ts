import { startTestServer, SERVER_VARIABLE } from './test-server';
import { keepServer } from './global-teardown';
import { useScratchFolder } from './scratch-folder';

/** Before the first test file: one PostgreSQL for the whole run. The workers inherit the variables. */
export default async function globalSetup(): Promise<void> {
  useScratchFolder();
  const { stop, ...urls } = await startTestServer();
  process.env[SERVER_VARIABLE] = JSON.stringify(urls);
  keepServer(stop);
  // TypeORM keeps entities in a global, which Jest would hand on to each test file that runs in this process (`-i`): each
  // would know, and keep in memory, the entities of all before it.
  Reflect.deleteProperty(globalThis, 'typeormMetadataArgsStorage');
}
