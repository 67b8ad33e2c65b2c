import { report } from './report';
import { sigtermDrill } from './sigterm.drill';

it('100 SIGTERMs under load do not lose calls, and no stream misses a bundle', async () => {
  const figures = await sigtermDrill(100);
  report('sigterm', { ...figures });
  expect(figures.resumptions).toBeGreaterThanOrEqual(100);
});
