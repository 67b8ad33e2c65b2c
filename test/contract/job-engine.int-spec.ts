import { eventually } from '../support/eventually';
import { openJobsWorld } from '../support/jobs-world';
import { queryAs } from '../support/test-database';
import { WorkerProcesses } from '../support/worker-processes';
import { jobEngineSuite } from './job-engine.suite';

jobEngineSuite('in PostgreSQL', async (database, options) => {
  const world = await openJobsWorld(database, options);
  await eventually(async () => expect(await queryAs(database.adminUrl, 'SELECT FROM jobs.executors')).not.toEqual([]));
  const newer = new WorkerProcesses(database.appUrl);
  return {
    ...world,
    takeForDead: () => queryAs(database.adminUrl, 'UPDATE jobs.executors SET gone_at = now()'),
    makeDue: (id) => queryAs(database.adminUrl, 'UPDATE jobs.schedules SET next_at = now() WHERE id = $1', [id]),
    startNewer: async () => {
      await newer.start();
      const takers = "SELECT FROM jobs.takes(900) WHERE kind = 'test/steps'";
      await eventually(async () => expect(await queryAs(database.adminUrl, takers)).not.toEqual([]));
      return () => newer.kill();
    },
    close: async () => {
      await newer.kill();
      await world.close();
    },
  };
});
