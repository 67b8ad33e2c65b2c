import { usersDrill } from './users.drill';

it('a tenant of many users gives every page of every list', async () => {
  const { lists } = await usersDrill(2_000, 2);
  expect(Object.keys(lists)).toHaveLength(9);
});
