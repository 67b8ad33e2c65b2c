import { auditDrill } from './audit.drill';

it('after kill -9 of a sidecar in the middle of a burst, no acknowledged event is lost and the chain verifies', async () => {
  const figures = await auditDrill(1);
  expect(figures.acknowledged).toBeGreaterThan(60);
  expect(figures.proven).toBeGreaterThanOrEqual(figures.acknowledged);
});
