import { auditQueryDrill } from './audit-query.drill';

it('an audit log with many records responds to every search', async () => {
  const { queries } = await auditQueryDrill(20_000, 2);
  expect(Object.keys(queries)).toHaveLength(10);
});
