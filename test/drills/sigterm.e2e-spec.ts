import { sigtermDrill } from './sigterm.drill';

it('a SIGTERM to each sidecar under load does not lose calls, and no stream misses a bundle', async () => {
  // Both sidecars, so that the one with the streams is included.
  const figures = await sigtermDrill(2, 2);
  expect(figures.resumptions).toBeGreaterThan(0);
  expect(figures.calls).toBeGreaterThan(100);
});
