import { auditQueryDrill } from './audit-query.drill';
import { formatLatencies } from './latencies';
import { report } from './report';

/** Takes six minutes on two busy cores. The figures state the disk space, which is freed afterwards. */
it('any search of 10,000,000 audit records responds within 100 ms at p99', async () => {
  const { queries, ...figures } = await auditQueryDrill(10_000_000, 200);
  const words = Object.entries(queries).map(([name, latencies]) => [name, formatLatencies(latencies)]);
  report('audit-query', { ...figures, ...(Object.fromEntries(words) as Record<string, string>) });
  expect(Object.entries(queries).filter(([, { p99Ms }]) => p99Ms > 100)).toEqual([]);
});
