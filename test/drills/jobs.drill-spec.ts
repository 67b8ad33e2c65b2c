import { jobDelays, jobsDrill } from './jobs.drill';
import { report } from './report';

it('after 50 worker kills (kill -9) during 5,000 jobs, no job is lost or completed twice and no finished step is repeated', async () => {
  const figures = await jobsDrill(50, 5_000);
  report('jobs', { ...figures });
  expect(figures.succeeded).toBe(5_000);
  expect(figures.takenOver).toBeGreaterThan(50);
});

it('a live worker takes over a dead worker’s jobs within 5 s, and a run receives a cancellation within 500 ms', async () => {
  const delays = await jobDelays();
  report('jobs', { ...delays });
  expect(delays.takeOverMs).toBeLessThanOrEqual(5_000);
  expect(delays.cancelMs).toBeLessThanOrEqual(500);
});
