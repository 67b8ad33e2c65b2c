import { report } from './report';
import { scimDrill } from './scim.drill';

it('listing 100,000 users by cursor neither skips nor repeats a user during 1,000 creations and deletions', async () => {
  report('scim', { ...(await scimDrill(100_000, 1_000, 1_000)) });
});
