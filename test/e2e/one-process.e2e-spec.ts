import { Installation } from '../support/installation';
import { layoutFor } from '../support/layouts';
import { type NameServer, openNameServer } from '../support/name-server';
import { auditLogStory } from './one-process/audit-log.story';
import { credentialsStory } from './one-process/credentials.story';
import { filesStory } from './one-process/files.story';
import { gatesStory, NAMES } from './one-process/gates.story';
import { loginStory } from './one-process/login.story';
import { maskingStory } from './one-process/masking.story';
import { masterKeyStory } from './one-process/master-key.story';
import { openidClientsStory } from './one-process/openid-clients.story';
import { OWNER } from './people/owner';

const layout = layoutFor('all');

/**
 * Stories for which the number of processes hardly matters. They share one installation, since a start costs as much as a
 * story.
 */
describe(`one of each, ${layout}`, () => {
  let names: NameServer;
  let installation: Installation;

  beforeAll(async () => {
    names = await openNameServer(NAMES);
    const environment = {
      // At the debug level, the product logs everything, so a secret that is absent here is not in any log.
      LOG_LEVEL: 'debug',
      EGRESS_DNS_SERVERS: names.address,
      FILES_SWEEP_SECONDS: '1',
      BOOTSTRAP_ADMIN_EMAIL: OWNER.email,
      BOOTSTRAP_ADMIN_PASSWORD: OWNER.password,
      // A refresh token is invalid as soon as it is used.
      REFRESH_GRACE_SECONDS: '0',
      // The first decision with a policy compiles the policy, which takes a long time on a busy machine.
      POLICY_CPU_MS: '3000',
    };
    installation = await Installation.start({ layout, environment });
  });

  afterAll(async () => {
    await installation?.remove();
    await names?.close();
  });

  const borrow = (): Installation => installation;
  // The first story, since it counts the entries of the log.
  auditLogStory(borrow);
  credentialsStory(borrow);
  gatesStory(borrow);
  maskingStory(borrow);
  openidClientsStory(borrow);
  loginStory(borrow);
  filesStory(borrow);
  if (layout === 'all') masterKeyStory(borrow);
});
