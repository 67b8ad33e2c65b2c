import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

interface Example {
  readonly file: string;
  readonly source: string;
  /** The findings: `line rule`. */
  readonly findings: readonly string[];
}

const THIRTY_SIX = Array.from({ length: 36 }, (_, index) => `Word${index}`).join(' ');
const clean = (file: string, source: string): Example => ({ file, source, findings: [] });
const faulty = (file: string, source: string, ...findings: string[]): Example => ({ file, source, findings });

const examples: readonly Example[] = [
  // docstring-start
  faulty('a.ts', '/** Whose a good token is. */\nexport const a = 1;', '1 docstring-start'),
  faulty('a.ts', '/**\n * What is kept.\n */\nexport interface A {}', '2 docstring-start'),
  clean('a.ts', '/** Returns the owner of a valid token. */\nexport const a = 1;'),
  clean('a.ts', '/**\n * Reads a line.\n * @returns whether there was one\n */\nexport const a = 1;'),
  // headless-clause
  faulty('a.md', 'All is well. What is wrong comes\nwith a pointer.', '1 headless-clause'),
  faulty('a.md', '- **Who reads.** A role.', '1 headless-clause'),
  faulty('a.ts', "const hint = { description: 'Whether the bucket is empty.' };", '1 headless-clause'),
  faulty('a.ts', "describe('queries', () => it('what is counted stays', noop));", '1 headless-clause'),
  faulty('a.ts', "test.each([1])('who may read %i', noop);", '1 headless-clause'),
  faulty('a.ts', '// Since when it counts.\nlet a = 1;', '1 headless-clause'),
  faulty('a.proto', 'string a = 1; // Whose job it is.', '1 headless-clause'),
  faulty('a.rego', '# METADATA\n# title: Whether both agree\nallow := true', '2 headless-clause'),
  faulty('a.sql', '-- What is due.\nSELECT 1', '1 headless-clause'),
  faulty('a.ts', 'await sql`\n  -- Whether it ended.\n  SELECT 1`;', '2 headless-clause'),
  clean('a.md', 'Who may read it? The owner. What is more, why?'),
  clean('a.md', '## What it covers\n\n| Who | What it does |\n| --- | --- |\n| Owners | Read. |'),
  clean('a.ts', "const text = 'what to send';"),
  // headless-subject
  faulty('a.md', 'The data are in a folder: who deletes it starts again.', '1 headless-subject'),
  faulty('a.md', 'It fails closed, and what is wrong is logged.', '1 headless-subject'),
  faulty('a.md', 'Names are checked; what it does not know is denied.', '1 headless-subject'),
  clean('a.md', 'It records three facts: who made the request, what changed, and when. See what a tenant may do.'),
  // hidden-subject
  faulty('a.ts', "const text = 'A client is not told of it.';", '1 hidden-subject'),
  faulty('a.ts', "fail('Each job is ' + 'handed in once.');", '1 hidden-subject'),
  clean('a.ts', "const text = 'The server tells the client.';"),
  // goes-on
  faulty('a.sh', '# The upload goes on where it stopped.', '1 goes-on'),
  clean('a.sh', '# The upload goes on.\necho "it goes on where #"'),
  // archaic-word
  faulty('a.yml', 'name: x # Start anew.', '1 archaic-word'),
  clean('a.yml', 'name: x#anew\n# The flag `anew` starts again.'),
  // circumlocution
  faulty('a.md', 'A token of which nothing is known.', '1 circumlocution'),
  clean('a.md', 'An unknown token, a copy of which exists.'),
  // percent-space
  faulty('a.md', 'Renewed at 80 % of its life.', '1 percent-space'),
  faulty('a.ts', 'const text = `${done} %  ${size}`;', '1 percent-space'),
  clean('a.ts', "const text = 'Use 80% of it.'; const rest = query('the sum (1 + 2) * 3 % 2');"),
  // british-spelling
  faulty('a.md', 'The behaviour of an organisation.', '1 british-spelling', '1 british-spelling'),
  faulty('a.ts', 'const colourOf = (licence: string) => 1;', '1 british-spelling', '1 british-spelling'),
  faulty('licence-key.ts', '', '1 british-spelling'),
  clean('a.ts', "const isCancelled = call(body.colour, { colour: 1 }, 'colour', body as DetokeniseBody);"),
  clean('a.md', 'Four hours of your behavior; send `colour`, or [see](https://a.example/colour).'),
  // long-sentence
  faulty('a.md', `Short.\n\n${THIRTY_SIX}.`, '3 long-sentence'),
  faulty('a.ts', `/**\n * Short.\n * ${THIRTY_SIX}.\n */\nconst a = 1;`, '3 long-sentence'),
  clean(
    'a.md',
    `- ${THIRTY_SIX.slice(0, 150)}\n- ${THIRTY_SIX.slice(0, 150)}\n\n| ${THIRTY_SIX.slice(0, 150)} | ${THIRTY_SIX.slice(0, 150)} |`,
  ),
  clean('a.md', `A command: \`${THIRTY_SIX}\`.`),
  // replaced-name
  faulty('a.ts', 'class Thinned {}', '1 replaced-name'),
  faulty('a.ts', 'class PolicyHolder {}', '1 replaced-name'),
  faulty('a.ts', "const words = 'The limit is too high.';", '1 replaced-name'),
  faulty('held-runs.ts', '', '1 replaced-name'),
  clean('a.ts', 'const words = text.split(/ over /); const over = { something: 1 };'),
  // Parts of a file that the check skips.
  clean('a.md', '---\nnote: start anew\n---\n\n```sh\n# start anew\n```\n\n~~~\nanew\n~~~\n'),
  clean('a.ts', 'const a = /start anew/; const b = sql`SELECT x -- 1`; import c from "start anew";'),
  clean('a.ts', "const html = '<p>What is wrong.</p>'; const text = 'Prüfen Sie beide und nicht anew';"),
  clean('a.ts', '/**\n * Returns one.\n * @example\n * ```ts\n * start anew\n * ```\n */\nconst a = 1;'),
  clean('a.ts', "const url = 'https://a.example'; // See https://a.example/anew"),
];

const moduleUrl = (file: string) => pathToFileURL(path.join(__dirname, '../../scripts/prose', file)).href;

function run(program: string, input = ''): unknown {
  const imports = `import { rules } from '${moduleUrl('rules.mjs')}'; import { findingsIn } from '${moduleUrl('findings.mjs')}';`;
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', `${imports} ${program}`], { encoding: 'utf8', input }),
  );
}

/** Returns the findings in each example, as `line rule`. */
function findingsOf(all: readonly Example[]): string[][] {
  const program = `
    import { readFileSync } from 'node:fs';
    const found = JSON.parse(readFileSync(0, 'utf8')).map(({ file, source }) =>
      findingsIn(file, source, rules).map(({ line, rule }) => line + ' ' + rule));
    console.log(JSON.stringify(found));`;
  return run(program, JSON.stringify(all)) as string[][];
}

const ruleNames = () => run('console.log(JSON.stringify(rules.map(({ name }) => name).sort()))') as string[];

describe('the prose check', () => {
  const findings = findingsOf(examples);

  test.each(examples.map((example, index) => ({ ...example, found: findings[index] })))(
    'checks $file: $source',
    ({ findings: expected, found }) => {
      expect(found).toEqual(expected);
    },
  );

  test('has a counterexample of each rule', () => {
    const found = new Set(examples.flatMap((example) => example.findings.map((finding) => finding.split(' ')[1])));
    expect([...found].sort()).toEqual(ruleNames());
  });
});
