import { report } from './report';
import { allPoints, workflowsDrill } from './workflows.drill';

it('kill -9 at each point at which a run of ten steps with compensation is stored runs no stored step again', async () => {
  const points = allPoints();
  const figures = await workflowsDrill(points);
  report('workflows', { ...figures });
  expect(figures.points).toBe(points.length);
});
