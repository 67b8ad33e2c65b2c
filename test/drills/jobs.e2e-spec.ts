import { jobsDrill } from './jobs.drill';

it('kill -9 of one worker, then of all workers, does not lose a job or repeat a finished step', async () => {
  const figures = await jobsDrill(2, 60);
  expect(figures.succeeded).toBe(60);
  expect(figures.takenOver).toBeGreaterThan(0);
});
