import { Installation } from '../support/installation';
import { OWNER } from './people/owner';
import { twoBackendsStory } from './twins/two-backends.story';
import { twoControlPlanesStory } from './twins/two-control-planes.story';

/** Stories of two processes of a kind; one installation for all of them, as a start costs as much as a story. */
describe('two of a kind', () => {
  let installation: Installation;

  beforeAll(async () => {
    const environment = {
      BOOTSTRAP_ADMIN_EMAIL: OWNER.email,
      BOOTSTRAP_ADMIN_PASSWORD: OWNER.password,
      WEBHOOKS_PRIVATE_ADDRESSES: 'true',
    };
    installation = await Installation.start({ layout: 'split', database: 'server', environment });
  }, 120_000);

  afterAll(() => installation?.remove());

  const borrow = (): Installation => installation;
  twoControlPlanesStory(borrow);
  twoBackendsStory(borrow);
});
