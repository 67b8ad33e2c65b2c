import { usersDrill } from './users.drill';

it('a tenant with many users gets every page of every list', async () => {
  const { lists } = await usersDrill(2_000, 2);
  expect(Object.keys(lists)).toHaveLength(9);
});
