import { Installation } from '../support/installation';
import { layoutFor } from '../support/layouts';
import { flagsStory } from './services/flags.story';
import { rateLimitsStory } from './services/rate-limits.story';
import { secretsStory } from './services/secrets.story';
import { tokenEventsStory } from './services/token-events.story';

const layout = layoutFor('split');

/** Stories of what apps and services ask for; one installation for all of them, as a start costs as much as a story. */
describe(`what is asked for, ${layout}`, () => {
  let installation: Installation;

  beforeAll(async () => {
    const environment = {
      // What is in no log is in none of the most talkative.
      LOG_LEVEL: 'debug',
      // The first decision by a policy compiles it, on a machine with much else to do.
      POLICY_DEADLINE_MS: '5000',
      // Longer than any question of a busy machine takes: a share would be another answer.
      RATE_LIMIT_STORE_TIMEOUT_MS: '10000',
    };
    installation = await Installation.start({ layout, sidecars: 2, database: 'server', environment });
  }, 120_000);

  afterAll(() => installation?.remove());

  const borrow = (): Installation => installation;
  flagsStory(borrow);
  tokenEventsStory(borrow);
  rateLimitsStory(borrow);
  secretsStory(borrow);
});
