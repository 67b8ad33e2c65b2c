import { Installation, type InstallationOptions } from '../support/installation';
import { delegationStory } from './people/delegation.story';
import { loginStory } from './people/login.story';
import { openidClientsStory } from './people/openid-clients.story';
import { OWNER } from './people/owner';
import { refreshStory } from './people/refresh-over-grpc.story';
import { scimStory } from './people/scim.story';
import { signInPagesStory } from './people/sign-in-pages.story';
import { usersStory } from './people/users.story';

const layouts: [string, InstallationOptions][] = [
  ['all in one process', { layout: 'all' }],
  ['with separate processes and two sidecars', { layout: 'split', sidecars: 2, database: 'server' }],
];

/** Stories of who signs in and who acts for whom; one installation for all of them, as a start costs as much as a story. */
describe.each(layouts)('%s', (_name, options) => {
  let installation: Installation;

  beforeAll(async () => {
    const environment = {
      BOOTSTRAP_ADMIN_EMAIL: OWNER.email,
      BOOTSTRAP_ADMIN_PASSWORD: OWNER.password,
      // So that a refresh token is dead as soon as it was used.
      REFRESH_GRACE_SECONDS: '0',
    };
    installation = await Installation.start({ ...options, environment });
  }, 120_000);

  afterAll(() => installation?.remove());

  const borrow = (): Installation => installation;
  loginStory(borrow);
  delegationStory(borrow);
  usersStory(borrow);
  signInPagesStory(borrow);
  refreshStory(borrow);
  openidClientsStory(borrow);
  // Identity providers call from the Internet: by way of a backend of its own.
  if (options.layout === 'split') scimStory(borrow);
});
