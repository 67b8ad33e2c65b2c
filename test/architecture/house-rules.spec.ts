import { linesThatMatch, sourceFiles } from '../support/source-files';

const files = sourceFiles();
const outside = (...places: readonly RegExp[]) => files.filter(({ path }) => !places.some((place) => place.test(path)));

/** A statement in capital letters, like all SQL here, with the keyword that must follow its verb. */
const SQL =
  /['"`\s(](SELECT\s+[\w.*$"(]|INSERT\s+INTO\s|UPDATE\s+[\w."]+\s+(AS\s+\w+\s+)?SET\s|DELETE\s+FROM\s|(CREATE|ALTER|DROP)\s+(TABLE|SCHEMA|FUNCTION|INDEX|POLICY|ROLE|DATABASE)\s|GRANT\s+[A-Z]+\s|(UN)?LISTEN\s+\w)/;

describe('the patterns match what they look for', () => {
  it.each([
    "await tx.query('SELECT kernel.publish_changes($1)')",
    '`INSERT INTO kernel.outbox (id) VALUES ($1)`',
    '`UPDATE apps.secrets AS s SET last_used_at = now()`',
    "'DELETE FROM a.b'",
    "client.query('LISTEN changes')",
    '  CREATE TABLE x.y (',
  ])('finds SQL in %s', (line) => {
    expect(line).toMatch(SQL);
  });

  it.each(['// select the newest', "summary: 'Delete from the list'", 'const SELECTED = true;', 'UPDATE_EVERY_MS'])(
    'finds no SQL in %s',
    (line) => {
      expect(line).not.toMatch(SQL);
    },
  );
});

describe('source code rules', () => {
  it('only kernel/config reads process.env', () => {
    expect(linesThatMatch(outside(/^src\/kernel\/config\//), /\bprocess\s*(\.env\b|\['env'\])/)).toEqual([]);
  });

  it('no code gets process.env by destructuring process', () => {
    expect(
      linesThatMatch(outside(/^src\/kernel\/config\//), /\{[^}]*\benv\b[^}]*\}\s*(=\s*process|from 'node:process')/),
    ).toEqual([]);
  });

  it('only main.ts and roles/ refer to ROLE', () => {
    const word = /(['"`.])ROLE\b|\bROLE[=:]/;
    expect(linesThatMatch(outside(/^src\/main\.ts$/, /^src\/roles\//), word)).toEqual([]);
  });

  it('modules and the kernel name surfaces, never roles', () => {
    const inside = files.filter(({ path }) => /^src\/(modules|kernel)\//.test(path));
    expect(inside.filter(({ path }) => /backend|control-plane|sidecar/.test(path))).toEqual([]);
    expect(linesThatMatch(inside, /'(backend|control-plane|sidecar|worker)'/)).toEqual([]);
    expect(linesThatMatch(inside, /class \w*(Backend|ControlPlane|Sidecar)/)).toEqual([]);
  });

  it('only controllers contain paths; other code that depends on paths uses their decorators', () => {
    const serving = files.filter(({ path }) =>
      /^src\/(kernel\/(http|limits)|roles(?!\/(openapi|doctor)))\/(?!.*\.controller\.ts$)/.test(path),
    );
    const path = /^(?!\s*(\*|\/\/|\/\*)).*['"`^(|]\\?\/(v1|api|auth|oauth|ofrep|scim|mcp|\.well-known)\b/;
    expect(serving.length).toBeGreaterThan(50);
    expect("if (at.startsWith('/oauth/')) return;").toMatch(path);
    expect(linesThatMatch(serving, path)).toEqual([]);
  });

  it('no code uses forwardRef to hide a dependency cycle', () => {
    expect(linesThatMatch(files, /\bforwardRef\b/)).toEqual([]);
  });

  it('no module is global: each module declares its imports', () => {
    expect(linesThatMatch(files, /\bGlobal\b|\bglobal: true\b/)).toEqual([]);
  });

  it('no file is called index.ts', () => {
    expect(files.filter(({ path }) => /(^|\/)index\.[cm]?ts$/.test(path))).toEqual([]);
  });

  it('only storage/, the kernel and migrations contain SQL', () => {
    const logging = /^src\/modules\/token-events\/contract\/log-token-event\.ts$/;
    expect(linesThatMatch(outside(/\/storage\//, /^src\/kernel\//, logging), SQL)).toEqual([]);
  });

  it('statements run through Sql, which kernel/database creates', () => {
    const driver =
      /\.query\s*[(<]|\b(EntityManager|QueryRunner|getRepository|createQueryBuilder)\b|new (Pool|Client)\(\{/;
    // The AWS client and a Rego query contain the word, but do not run SQL.
    const others = /^src\/modules\/(secrets\/providers\/aws\.provider|policy\/rego\/syntax\/\w+)\.ts$/;
    expect("await tx.query('SELECT 1')").toMatch(driver);
    expect(linesThatMatch(outside(/^src\/kernel\/database\//, others), driver)).toEqual([]);
  });

  it('locks use the names in kernel/database/locks.ts', () => {
    expect(linesThatMatch(outside(/^src\/kernel\/database\/locks\.ts$/), /pg_(try_)?advisory/)).toEqual([]);
  });

  it('all repeated work uses ScheduledTask', () => {
    expect(linesThatMatch(files, /\bsetInterval\b/)).toEqual([]);
  });

  it('only WorkerPool starts threads', () => {
    // A heartbeat is not a task: it lives as long as its process, independently of the pool.
    const heartbeat = /^src\/modules\/jobs\/engine\/heartbeat\/heartbeat\.ts$/;
    expect(linesThatMatch(outside(/^src\/kernel\/threads\//, heartbeat), /new Worker\(/)).toEqual([]);
  });
});
