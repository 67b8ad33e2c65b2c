import { auditQueryDrill } from './audit-query.drill';

it('a filled audit log answers every search', async () => {
  const { queries } = await auditQueryDrill(20_000, 2);
  expect(Object.keys(queries)).toHaveLength(10);
});
