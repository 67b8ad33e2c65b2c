import { Installation } from '../support/installation';
import { layoutFor } from '../support/layouts';
import { keysStory } from './lifecycles/keys.story';
import { LIMITS, limitsStory } from './lifecycles/limits.story';
import { policyStory } from './lifecycles/policy.story';
import { READS, readsStory } from './lifecycles/reads.story';
import { tenantsStory } from './lifecycles/tenants.story';

const layout = layoutFor('split');

/**
 * Stories about resources that are created, changed and removed. They share one installation, since starting one takes as long as a story.
 */
describe(`lifecycles, ${layout}`, () => {
  let installation: Installation;

  beforeAll(async () => {
    const environment = {
      ...LIMITS,
      ...READS,
      JWKS_MAX_AGE_SECONDS: '1',
      // Long enough on a busy machine. No process uses older cached data, so erasure begins soon afterwards.
      CHANGE_FEED_MAX_AGE_MS: '3000',
    };
    installation = await Installation.start({ layout, sidecars: 2, environment });
  });

  afterAll(() => installation?.remove());

  const borrow = (): Installation => installation;
  limitsStory(borrow);
  tenantsStory(borrow);
  policyStory(borrow);
  readsStory(borrow);
  // Last, because an emergency rotation invalidates every token.
  keysStory(borrow);
});
