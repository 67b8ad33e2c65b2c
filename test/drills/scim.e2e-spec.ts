import { scimDrill } from './scim.drill';

it('listing many users by cursor neither skips nor repeats a user while other users are created and deleted', async () => {
  expect(await scimDrill(2_000, 100, 100)).toMatchObject({ writes: 200 });
});
