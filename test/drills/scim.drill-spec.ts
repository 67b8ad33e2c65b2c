import { report } from './report';
import { scimDrill } from './scim.drill';

it('a walk of 100,000 users by cursor loses and doubles nobody under 1,000 creates and deletes', async () => {
  report('scim', { ...(await scimDrill(100_000, 1_000, 1_000)) });
});
