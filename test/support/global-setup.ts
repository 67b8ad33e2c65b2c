import { SERVER_VARIABLE, startTestServer } from './test-server';
import { keepServer } from './global-teardown';

/** Before the first test file: one PostgreSQL for the whole run. The workers inherit the variable. */
export default async function globalSetup(): Promise<void> {
  const { stop, ...urls } = await startTestServer();
  process.env[SERVER_VARIABLE] = JSON.stringify(urls);
  keepServer(stop);
}
