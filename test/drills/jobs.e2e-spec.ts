import { jobsDrill } from './jobs.drill';

it('kill -9 of one worker, then of all workers, loses no job and repeats no finished step', async () => {
  const figures = await jobsDrill(2, 60);
  expect(figures.succeeded).toBe(60);
  expect(figures.takenOver).toBeGreaterThan(0);
});
