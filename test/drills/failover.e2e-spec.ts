import { failoverDrill, twoFirstStarts } from './failover.drill';

it('acknowledged data survives a database that stops, crashes, fails over or closes connections', async () => {
  const figures = await failoverDrill({ failovers: 1, terminations: 2 });
  expect(figures.connectionsEnded).toBeGreaterThan(0);
});

it('two control planes start simultaneously on an empty database', async () => {
  expect(await twoFirstStarts()).toBeGreaterThan(0);
});
