import { Installation, type InstallationOptions } from '../support/installation';
import { type NameServer, openNameServer } from '../support/name-server';
import { credentialsStory } from './services/credentials.story';
import { flagsStory } from './services/flags.story';
import { gatesStory, NAMES } from './services/gates.story';
import { maskingStory } from './services/masking.story';
import { rateLimitsStory } from './services/rate-limits.story';
import { secretsStory } from './services/secrets.story';
import { tokenEventsStory } from './services/token-events.story';

const layouts: [string, InstallationOptions][] = [
  ['all in one process', { layout: 'all' }],
  ['with separate processes and two sidecars', { layout: 'split', sidecars: 2, database: 'server' }],
];

/** Stories of what apps and services ask for; one installation for all of them, as a start costs as much as a story. */
describe.each(layouts)('%s', (_name, options) => {
  let names: NameServer;
  let installation: Installation;

  beforeAll(async () => {
    names = await openNameServer(NAMES);
    const environment = {
      // What is in no log is in none of the most talkative.
      LOG_LEVEL: 'debug',
      EGRESS_DNS_SERVERS: names.address,
      // The first decision by a policy compiles it, on a machine with much else to do.
      POLICY_DEADLINE_MS: '5000',
      // Longer than any question of a busy machine takes: a share would be another answer.
      RATE_LIMIT_STORE_TIMEOUT_MS: '10000',
    };
    installation = await Installation.start({ ...options, environment });
  }, 120_000);

  afterAll(async () => {
    await installation?.remove();
    await names?.close();
  });

  const borrow = (): Installation => installation;
  credentialsStory(borrow);
  gatesStory(borrow);
  maskingStory(borrow);
  flagsStory(borrow);
  tokenEventsStory(borrow);
  rateLimitsStory(borrow);
  secretsStory(borrow, options.layout);
});
