/** DBOS, with workflows of zero steps and of three steps: `node dbos.mjs PORT DATABASE_URL`. It has its own schema and pool. */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { serveRuns } from '../lib/serve-runs.mjs';

const [port, databaseUrl] = process.argv.slice(2);

const nothing = DBOS.registerWorkflow(async () => null, { name: 'nothing' });
const steps = DBOS.registerWorkflow(
  async () => {
    for (const name of ['a', 'b', 'c']) await DBOS.runStep(async () => name, { name });
    return null;
  },
  { name: 'steps' },
);

DBOS.setConfig({ name: 'bench', systemDatabaseUrl: databaseUrl, systemDatabasePoolSize: 10 });
DBOS.logger.level = 'error';
await DBOS.launch();

const runTo = async (workflow) => {
  const handle = await DBOS.startWorkflow(workflow)();
  await handle.getResult();
};
serveRuns(port, { 'no-op': () => runTo(nothing), steps: () => runTo(steps) });
