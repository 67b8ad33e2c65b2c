import { failoverDrill, twoFirstStarts } from './failover.drill';
import { report } from './report';

const RETURN_LIMIT_MS = 5_000;

it('acknowledged data survives a database that stops, crashes, fails over or closes connections', async () => {
  const figures = await failoverDrill({
    failovers: Number(process.env.FO ?? 10),
    terminations: Number(process.env.TE ?? 40),
  });
  report('failover', { ...figures });
  expect(figures.connectionsEnded).toBeGreaterThan(0);
  expect(figures.slowestReturnMs).toBeLessThanOrEqual(RETURN_LIMIT_MS);
});

it('two control planes start simultaneously on an empty database', async () => {
  for (let round = 1; round <= 5; round += 1) report('failover', { round, bothReadyMs: await twoFirstStarts() });
});
