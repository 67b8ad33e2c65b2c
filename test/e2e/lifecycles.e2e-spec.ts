import { Installation, type InstallationOptions } from '../support/installation';
import { keysStory } from './lifecycles/keys.story';
import { tenantsStory } from './lifecycles/tenants.story';

const layouts: [string, InstallationOptions][] = [
  ['all in one process', { layout: 'all' }],
  ['with separate processes and two sidecars', { layout: 'split', sidecars: 2 }],
];

/** Stories of what comes, changes and goes; one installation for all of them, as a start costs as much as a story. */
describe.each(layouts)('%s', (_name, options) => {
  let installation: Installation;

  beforeAll(async () => {
    const environment = {
      JWKS_MAX_AGE_SECONDS: '1',
      // Long enough on a busy machine; nobody acts by memory older than this, so erasing begins soon after.
      CHANGE_FEED_MAX_AGE_MS: '3000',
    };
    installation = await Installation.start({ ...options, environment });
  }, 120_000);

  afterAll(() => installation?.remove());

  const borrow = (): Installation => installation;
  tenantsStory(borrow);
  // The last: an emergency ends every token.
  keysStory(borrow);
});
