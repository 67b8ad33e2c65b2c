import { report } from './report';
import { sigtermDrill } from './sigterm.drill';

it('no call is lost and no stream misses a bundle during 100 SIGTERMs under load', async () => {
  const figures = await sigtermDrill(100);
  report('sigterm', { ...figures });
  expect(figures.resumptions).toBeGreaterThanOrEqual(100);
});
