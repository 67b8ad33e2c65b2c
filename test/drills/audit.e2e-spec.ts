import { auditDrill } from './audit.drill';

it('kill -9 of a sidecar in the middle of a burst does not lose acknowledged events, and the chain verifies', async () => {
  const figures = await auditDrill(1);
  expect(figures.acknowledged).toBeGreaterThan(60);
  expect(figures.proven).toBeGreaterThanOrEqual(figures.acknowledged);
});
