import { sigtermDrill } from './sigterm.drill';

it('a SIGTERM of a sidecar under load loses no call, and no stream misses a bundle', async () => {
  const figures = await sigtermDrill(1, 2);
  expect(figures.resumptions).toBeGreaterThan(0);
  expect(figures.calls).toBeGreaterThan(100);
}, 180_000);
