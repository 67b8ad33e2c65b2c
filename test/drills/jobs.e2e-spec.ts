import { jobsDrill } from './jobs.drill';

it('kill -9 of a worker, and then of all, loses no job and runs no finished step again', async () => {
  const figures = await jobsDrill(2, 60);
  expect(figures.succeeded).toBe(60);
  expect(figures.takenOver).toBeGreaterThan(0);
});
