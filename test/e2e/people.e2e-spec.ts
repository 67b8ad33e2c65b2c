import { Installation } from '../support/installation';
import { layoutFor } from '../support/layouts';
import { delegationStory } from './people/delegation.story';
import { OWNER } from './people/owner';
import { refreshStory } from './people/refresh-over-grpc.story';
import { scimStory } from './people/scim.story';
import { signInPagesStory } from './people/sign-in-pages.story';
import { usersStory } from './people/users.story';

const layout = layoutFor('split');

/** Stories about sign-in and delegation. They share one installation, since starting one takes as long as a story. */
describe(`people, ${layout}`, () => {
  let installation: Installation;

  beforeAll(async () => {
    const environment = {
      BOOTSTRAP_ADMIN_EMAIL: OWNER.email,
      BOOTSTRAP_ADMIN_PASSWORD: OWNER.password,
      // Makes a refresh token invalid as soon as it is used.
      REFRESH_GRACE_SECONDS: '0',
    };
    installation = await Installation.start({ layout, sidecars: 2, database: 'server', environment });
  });

  afterAll(() => installation?.remove());

  const borrow = (): Installation => installation;
  delegationStory(borrow);
  usersStory(borrow);
  signInPagesStory(borrow);
  refreshStory(borrow);
  // Identity providers call from the Internet, through a separate backend.
  if (layout === 'split') scimStory(borrow);
});
