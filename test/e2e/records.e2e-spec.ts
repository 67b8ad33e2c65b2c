import { Installation, type Layout } from '../support/installation';
import { auditLogStory } from './records/audit-log.story';
import { filesStory } from './records/files.story';

/** Stories of what is kept; one installation for all of them, as a start costs as much as a story. */
describe.each<Layout>(['all', 'split'])('%s', (layout) => {
  let installation: Installation;

  beforeAll(async () => {
    installation = await Installation.start({ layout, environment: { FILES_SWEEP_SECONDS: '1' } });
  }, 120_000);

  afterAll(() => installation?.remove());

  const borrow = (): Installation => installation;
  // The first: it counts what is in the log.
  auditLogStory(borrow);
  filesStory(borrow);
});
