import { auditDrill } from './audit.drill';

it('kill -9 of each sidecar in the middle of a burst loses no acknowledged event, and the chain verifies', async () => {
  const figures = await auditDrill(2);
  expect(figures.acknowledged).toBeGreaterThan(100);
  expect(figures.proven).toBeGreaterThanOrEqual(figures.acknowledged);
}, 180_000);
