import { DocumentedProgram } from '../support/documented-program';

describe('the guides for operators', () => {
  let program: DocumentedProgram;

  beforeAll(async () => {
    program = await DocumentedProgram.start();
  });

  afterAll(() => program.stop());

  it('check the health, diagnose problems, read metrics and find a request’s id', async () => {
    const run = await program.paste('docs/guides/monitoring.md');

    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toMatch(/^\{"status":"ok"/m);
    expect(run.stdout).toMatch(/"status":"ready"/);
    expect(run.stdout).toMatch(/^0 failed, \d+ warnings?, \d+ in order/m);
    expect(run.stdout).toMatch(/^coresdk_change_feed_age_seconds 0/m);
    expect(run.stdout).toMatch(/^HTTP\/1\.1 401 Unauthorized\s+X-Request-Id: \S+/im);
  });

  it('rotate the token signing key and show how much data is left to re-encrypt', async () => {
    const run = await program.paste('docs/guides/production.md');

    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toMatch(/"status":"next",.*"signsFrom":"\d/);
    expect(run.stdout).toMatch(/"status":"active"/);
    // The installation is new, so caches might not have the next key.
    expect(run.stdout).toMatch(/"error":"conflict",.*"status":409/);
    expect(run.stdout).toMatch(/"remaining":0\}$/m);
  });

  it('back up the running platform and verify the backup', async () => {
    const run = await program.paste('docs/guides/backup.md');

    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/^\S+\/backups\/\S+: \d+ tables with \d+ rows/m);
    expect(run.stdout).toMatch(/^The backup of \S+ is intact: \d+ tables/m);
  });

  it('check the installation before an upgrade', async () => {
    const run = await program.paste('docs/guides/upgrade.md');

    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toMatch(/^0 failed, \d+ warnings?, \d+ in order/m);
  });
});
