import { Installation } from '../support/installation';
import { layoutFor } from '../support/layouts';
import { OWNER } from './people/owner';
import { attacksStory } from './services/attacks.story';
import { doctorStory } from './services/doctor.story';
import { flagsStory } from './services/flags.story';
import { pagesStory } from './services/pages.story';
import { rateLimitsStory } from './services/rate-limits.story';
import { secretsStory } from './services/secrets.story';
import { sidecarRestartsStory } from './services/sidecar-restarts.story';
import { tokenEventsStory } from './services/token-events.story';
import { twoBackendsStory } from './twins/two-backends.story';
import { twoControlPlanesStory } from './twins/two-control-planes.story';

const layout = layoutFor('split');

/** Stories about requests by apps and services. They share one installation, since starting one takes as long as a story. */
describe(`services, ${layout}`, () => {
  let installation: Installation;

  beforeAll(async () => {
    const environment = {
      // At the debug level, the product logs everything, so a secret that is absent here is not in any log.
      LOG_LEVEL: 'debug',
      // The first decision with a policy compiles the policy, which takes a long time on a busy machine.
      POLICY_CPU_MS: '3000',
      // Longer than any call on a busy machine: a fallback to a share would change the response.
      RATE_LIMIT_STORE_TIMEOUT_MS: '10000',
      // All failed attempts here come from one address.
      LIMIT_PER_ADDRESS: '0',
      BOOTSTRAP_ADMIN_EMAIL: OWNER.email,
      BOOTSTRAP_ADMIN_PASSWORD: OWNER.password,
      WEBHOOKS_PRIVATE_ADDRESSES: 'true',
    };
    installation = await Installation.start({ layout, sidecars: 2, database: 'server', environment });
  });

  afterAll(() => installation?.remove());

  const borrow = (): Installation => installation;
  flagsStory(borrow);
  tokenEventsStory(borrow);
  rateLimitsStory(borrow);
  secretsStory(borrow);
  if (layout === 'all') return;
  // Stories about several processes.
  attacksStory(borrow);
  pagesStory(borrow);
  twoControlPlanesStory(borrow);
  twoBackendsStory(borrow);
  sidecarRestartsStory(borrow);
  doctorStory(borrow);
});
