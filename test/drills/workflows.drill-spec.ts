import { report } from './report';
import { allPoints, workflowsDrill } from './workflows.drill';

it('no stored step is repeated after kill -9 at any point where a ten-step run with compensation is stored', async () => {
  const points = allPoints();
  const figures = await workflowsDrill(points);
  report('workflows', { ...figures });
  expect(figures.points).toBe(points.length);
});
