import { missingAnswers } from '../support/documented-answers';
import { DocumentedProgram } from '../support/documented-program';

describe('the README', () => {
  let program: DocumentedProgram;

  beforeAll(async () => {
    program = await DocumentedProgram.start();
  });

  afterAll(() => program.stop());

  it('has a tour with working commands and correct output', async () => {
    // Runs twice: a reader might repeat the tour.
    for (let round = 1; round <= 2; round++) {
      const run = await program.paste('README.md');

      expect(run.stderr).toBe('');
      expect(run.status).toBe(0);
      expect(missingAnswers('README.md', run.stdout)).toEqual([]);
    }
  });

  it('has a command line page with working commands', async () => {
    const run = await program.paste('docs/reference/command-line.md');

    const said = [
      'Store the client secret: it is shown only once.',
      'Store the key: it is shown only once.',
      'app-operator is deleted.',
    ];
    expect([run.status, run.stderr.trim().split('\n')]).toEqual([0, said]);
    expect(run.stdout).toMatch(/^ID +SLUG +NAME +PLAN +STATUS +CREATEDAT\ntnt-\S+ +default /m);
    expect(run.stdout).toMatch(/^admin@example\.com$/m);
    expect(run.stdout).toMatch(/^description +from a pipe$/m);
    expect(run.stdout).toMatch(/^active +true$/m);
    expect(run.stdout).toMatch(/^\S+Z {2}succeeded$/m);
    expect(run.stdout).toContain('"greeting":"Hello, Ada!"');
    expect(run.stdout).toMatch(/^state +DISABLED$/m);
    expect(run.stdout).toMatch(/^revoked$/m);
  });

  it('describes correctly what the first start prints', () => {
    expect(program.role.log).toMatch(/Admin client id\s+app-admin/);
    expect(program.role.log).toMatch(/Admin client secret\s+cs_/);
    expect(program.role.log).toMatch(/Owner\s+admin@example\.com/);
    expect(program.role.log).toMatch(/Owner's password\s+\S{32}/);
    expect(program.role.log).toMatch(/Control plane token\s+cpt_/);
  });
});
