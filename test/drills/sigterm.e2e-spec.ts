import { sigtermDrill } from './sigterm.drill';

it('no call is lost and no stream misses a bundle when each sidecar gets a SIGTERM under load', async () => {
  // Both sidecars, so that the one with the streams is included.
  const figures = await sigtermDrill(2, 2);
  expect(figures.resumptions).toBeGreaterThan(0);
  expect(figures.calls).toBeGreaterThan(100);
});
