import { jobDelays, jobsDrill } from './jobs.drill';
import { report } from './report';

it('50 times kill -9 of workers over 5,000 jobs lose none, complete none twice, and run no finished step again', async () => {
  const figures = await jobsDrill(50, 5_000);
  report('jobs', { ...figures });
  expect(figures.succeeded).toBe(5_000);
  expect(figures.takenOver).toBeGreaterThan(50);
});

it('another worker runs the jobs of a dead one within 5 s, and a cancelled run hears of it within 500 ms', async () => {
  const delays = await jobDelays();
  report('jobs', { ...delays });
  expect(delays.takeOverMs).toBeLessThanOrEqual(5_000);
  expect(delays.cancelMs).toBeLessThanOrEqual(500);
});
