import { allPoints, workflowsDrill } from './workflows.drill';

/** One point of each kind: the start and the end of a run, a step and a compensation, each lost and stored; and pending calls. */
const SOME = ['/begun', 'charge/running', 'charge/succeeded', 'bad/failed', 'ship:undo/succeeded', 'pack/sent'];

it('no stored step is repeated after kill -9 at points where a run is stored', async () => {
  const points = allPoints().filter(({ step, state }) => SOME.includes(`${step}/${state}`));
  const figures = await workflowsDrill(points);
  expect(figures).toMatchObject({ points: 11, kills: 1 });
  expect(figures.callsAgain).toBeGreaterThan(0);
});
