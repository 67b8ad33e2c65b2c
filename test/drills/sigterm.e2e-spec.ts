import { sigtermDrill } from './sigterm.drill';

it('a SIGTERM of each sidecar under load loses no call, and no stream misses a bundle', async () => {
  // Both: whichever the streams go by is among them.
  const figures = await sigtermDrill(2, 2);
  expect(figures.resumptions).toBeGreaterThan(0);
  expect(figures.calls).toBeGreaterThan(100);
});
