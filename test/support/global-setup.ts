import { startTestServer, SERVER_VARIABLE } from './test-server';
import { keepServer } from './global-teardown';
import LongestFirst from './longest-first.cjs';
import { useScratchFolder } from './scratch-folder';

/** Unit tests are without I/O. */
const isUnitTest = ({ path }: { readonly path: string }): boolean => !/\.(int|e2e|drill)-spec\.ts$/.test(path);

/** Before the first test file: one PostgreSQL for the whole run, unless it is of unit tests alone. The workers inherit the variables. */
export default async function globalSetup(): Promise<void> {
  useScratchFolder();
  if (LongestFirst.chosen.every(isUnitTest)) return;
  const { stop, ...urls } = await startTestServer();
  process.env[SERVER_VARIABLE] = JSON.stringify(urls);
  keepServer(stop);
}
