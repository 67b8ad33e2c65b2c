import { jobsDrill } from './jobs.drill';

it('no job is lost and no finished step is repeated after kill -9 of one worker, then of all workers', async () => {
  const figures = await jobsDrill(2, 60);
  expect(figures.succeeded).toBe(60);
  expect(figures.takenOver).toBeGreaterThan(0);
});
