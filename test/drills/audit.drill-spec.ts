import { auditDrill } from './audit.drill';
import { report } from './report';

it('50 times kill -9 in the middle of bursts: every acknowledged event is there once, and the chain verifies', async () => {
  const figures = await auditDrill(50);
  report('audit', { ...figures });
  expect(figures.acknowledged).toBeGreaterThan(50 * 60);
});
