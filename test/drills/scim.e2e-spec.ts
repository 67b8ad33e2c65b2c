import { scimDrill } from './scim.drill';

it('a walk of many users by cursor loses and doubles nobody while others come and go', async () => {
  expect(await scimDrill(2_000, 100, 100)).toMatchObject({ writes: 200 });
});
