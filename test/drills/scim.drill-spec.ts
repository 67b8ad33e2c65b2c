import { report } from './report';
import { scimDrill } from './scim.drill';

it('listing 100,000 users by cursor skips and repeats none during 1,000 creates and deletes', async () => {
  report('scim', { ...(await scimDrill(100_000, 1_000, 1_000)) });
});
