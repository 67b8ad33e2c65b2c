import { startTestServer, SERVER_VARIABLE } from './test-server';
import { keepServer } from './global-teardown';
import LongestFirst from './longest-first.cjs';
import { useScratchFolder } from './scratch-folder';

/** Unit tests do not need I/O. */
const isUnitTest = ({ path }: { readonly path: string }): boolean => !/\.(int|e2e|drill)-spec\.ts$/.test(path);

/**
 * Before the first test file, starts one PostgreSQL server for the entire run, unless the run includes only unit tests. The workers inherit
 * the variables.
 */
export default async function globalSetup(): Promise<void> {
  useScratchFolder();
  if (LongestFirst.chosen.every(isUnitTest)) return;
  const { stop, ...urls } = await startTestServer();
  process.env[SERVER_VARIABLE] = JSON.stringify(urls);
  keepServer(stop);
}
