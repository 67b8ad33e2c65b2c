import { report } from './report';
import { allPoints, workflowsDrill } from './workflows.drill';

it('kill -9 at each point where a ten-step run with compensation is stored does not repeat a stored step', async () => {
  const points = allPoints();
  const figures = await workflowsDrill(points);
  report('workflows', { ...figures });
  expect(figures.points).toBe(points.length);
});
