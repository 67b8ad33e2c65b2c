import { DocumentedProgram } from '../support/documented-program';

describe('the README', () => {
  let program: DocumentedProgram;

  beforeAll(async () => {
    program = await DocumentedProgram.start();
  });

  afterAll(() => program.stop());

  it('has commands that work when pasted one after the other', async () => {
    const run = await program.paste('README.md');

    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    expect(run.stdout).toContain('"key":"APOLLO"');
    expect(run.stdout).toContain('"active":true');
    expect(run.stdout).toMatch(/^Idempotent-Replayed: true/im);
    expect(run.stdout).toMatch(/"key":"GEMINI".*"status":"active".*"version":2/);
    expect(run.stdout).toMatch(/"error":"precondition_failed".*"status":412/);
    expect(run.stdout).toMatch(/"total":1\}$/m);
    expect(run.stdout).toContain('"pointer":"/colour"');
    expect(run.stdout).toMatch(/"email":"grace@example\.com".*"status":"active".*"total":1\}$/m);
    expect(run.stdout).toMatch(/"displayName":"Grace".*"role":"member".*"version":3/);
    expect(run.stdout).toMatch(/"dryRun":true,"rows":2,"imported":0,"faulty":1,"faults":\[\{"line":3,"member":"email"/);
    expect(run.stdout).toMatch(/"removed":false,"belongings":\[\{"what":"account"/);
    expect(run.stdout).toMatch(/^minutes$/m);
    expect(run.stdout).toMatch(/^The minutes of the meeting$/m);
    expect(run.stdout).toMatch(/"type":"coresdk\.project\.created"/);
    expect(run.stdout).toMatch(/"skill":"greet","version":"greet:2@.*"output":\{"greeting":"Goodbye, Ada"\}/);
    expect(run.stdout).toMatch(/"skill":"greet","version":"greet:1@.*"output":\{"greeting":"Hello, Ada"\}/);
    expect(run.stdout).toContain('"pointer":"/input/name"');
    expect(run.stdout).toMatch(/"resource":"http:[^"]+\/mcp","authorization_servers"/);
    expect(run.stdout).toMatch(/"tools":\[.*"name":"greet"/);
    expect(run.stdout).toMatch(/"structuredContent":\{.*"greeting":"Hello, Ada"/);
    expect(run.stdout).toContain('2 of 2 passed.');
    expect(run.stdout).toMatch(/^welcome:1@sha256:[0-9a-f]{64}$/m);
    expect(run.stdout).toContain('"greeting": "Hello, Grace!"');
    expect(run.stdout).toMatch(/"registration_client_uri":"http:[^"]+\/v1\/oauth\/register\/app-/);
    expect(run.stdout).toMatch(/^welcome\.yaml: sound$/m);
    expect(run.stdout).toMatch(/^created welcome wfl-\w+ version 1$/m);
    expect(run.stdout).toMatch(/^ {2}greet succeeded$/m);
    expect(run.stdout).toMatch(/^"(Hello|Goodbye), Ada"$/m);
    expect(run.stdout).toMatch(/^\{"jobId":"job-\w+"\}$/m);
    expect(run.stdout).toMatch(/"items":\[\],"nextCursor":null/);
    expect(run.stdout).toMatch(/^event: succeeded$/m);
    expect(run.stdout).toMatch(/^doubling 21$/m);
    expect(run.stdout).toMatch(/"kind":"double","status":"completed".*"output":42,/);
    expect(run.stdout).toMatch(
      /"name":"nightly","cron":"0 3 \* \* \*","timeZone":"Europe\/Berlin".*"paused":false,.*"nextAt":"/,
    );
    // Once for the revoked token, twice for a key and its token, once for the revoked grant.
    expect([...run.stdout.matchAll(/401$/gm)]).toHaveLength(4);
    expect(run.stdout).toContain('"email":"admin@example.com"');
    expect(run.stdout).toMatch(/"client_name":"Harbour".*"last_used_at":"/);
    expect(run.stdout).toContain('PASS: 2/2');
    expect(run.stdout).toMatch(/"version":1,.*"status":"active"/);
    expect(run.stdout).toContain('projects are frozen for the release');
    // One decision would differ without the freeze.
    expect(run.stdout).toMatch(/^1$/m);
    expect(run.stdout).toContain(
      '"key":"checkout","enabled":true,"value":true,"variant":"on","reason":"TARGETING_MATCH"',
    );
    expect(run.stdout).toMatch(
      /HTTP\/1.1 429 Too Many Requests\r\nRateLimit: "few-lists";r=0;t=\d+\r\nRetry-After: \d+/,
    );
    expect(run.stdout).toMatch(/"note":"Ask tok_[\w-]+, card \[REDACTED\]","password":"\[REDACTED\]"/);
    expect(run.stdout).toMatch(/"items":\[\{"token":"tok_[\w-]+","value":"ada@example.com"\}\]/);
    expect(run.stdout).toContain('"value":"correct horse"');
    expect(run.stdout).toMatch(/OK coresdk-audit\/tnt-\w+: records 0 to \d+ are as they were written/);
    expect(run.stdout).toMatch(/^true$/m);
    expect(run.stdout).toContain('FAILED Record 6 was changed');
    expect(run.stdout).toMatch(/^katherine@example\.com$/m);
    expect(run.stdout).toMatch(/^Navigators$/m);
    expect(run.stdout).toContain('"rules":[{"role":"admin","group":"Navigators"}],"defaultRole":"member"');
    expect(run.stdout).toMatch(/^false$/m);
    expect(run.stdout).toMatch(/^0 failed, \d+ warnings?, \d+ in order/m);
  });

  it('has a page of the command line whose commands work', async () => {
    const run = await program.paste('docs/command-line.md');

    const said = [
      'Keep the client secret: it is shown this once.',
      'Keep the key: it is shown this once.',
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

  it('has a guide for users of OPA whose commands work', async () => {
    const run = await program.paste('docs/replace-opa.md');

    expect([run.status, run.stderr]).toEqual([0, '']);
    // By the server of the package, then by the sidecar.
    expect([...run.stdout.matchAll(/\{"result":true\}$/gm)]).toHaveLength(2);
    expect(run.stdout).toMatch(/^\{"result":\{"queries":\[\[\{"index":0/m);
    expect(run.stdout).toMatch(/"version":\d+,.*"status":"active"/);
  });

  it('tells the truth about what is printed at the first start', () => {
    expect(program.role.log).toMatch(/Admin client id\s+app-admin/);
    expect(program.role.log).toMatch(/Admin client secret\s+cs_/);
    expect(program.role.log).toMatch(/Owner\s+admin@example\.com/);
    expect(program.role.log).toMatch(/Owner's password\s+\S{32}/);
    expect(program.role.log).toMatch(/Control plane token\s+cpt_/);
  });
});
