import { jobsDrill } from './jobs.drill';
import { report } from './report';

it('50 times kill -9 of workers over 5,000 jobs lose none, complete none twice, and run no finished step again', async () => {
  const figures = await jobsDrill(50, 5_000);
  report('jobs', { ...figures });
  expect(figures.succeeded).toBe(5_000);
  expect(figures.takenOver).toBeGreaterThan(50);
});
