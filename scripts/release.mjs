/**
 * `npm run release`: checks the packages, and publishes each one whose version is not in the registry yet. It needs only `NPM_TOKEN`, a
 * token that can publish. `-- --dry-run` does everything but the upload, without a token. `NPM_CONFIG_PROVENANCE=true` adds a
 * provenance statement, in the CI systems that npm supports.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { root } from './steps/process.mjs';
import { checkersOf, findingsOf } from './steps/published-files.mjs';
import { printLine, show, StepError } from './steps/report.mjs';

process.chdir(root);
try {
  process.exitCode = await release(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof StepError)) throw error;
  printLine(error.message);
  process.exitCode = 1;
}

async function release(args) {
  if (args.some((arg) => arg !== '--dry-run')) throw new StepError('Usage: npm run release [-- --dry-run]');
  const isDryRun = args.length > 0;
  const credentials = isDryRun ? { npm_config_dry_run: 'true' } : credentialsOf(process.env.NPM_TOKEN);
  if (!isDryRun) assertVersioned();
  for (const folder of publicPackages()) await assertPublishable(folder);
  const publish = ['node_modules/@changesets/cli/bin.js', 'publish', '--no-git-tag'];
  const env = { ...process.env, ...credentials };
  const { status } = spawnSync(process.execPath, publish, { stdio: ['ignore', 'inherit', 'inherit'], env });
  if (isDryRun && status === 0) printLine('Dry run: nothing was uploaded.');
  return status ?? 1;
}

/** Returns the token as npm's setting for its registry. An environment variable leaves no file with a secret behind. */
function credentialsOf(token) {
  if (!token?.trim()) throw new StepError('Set NPM_TOKEN to an npm token that can publish, or use --dry-run.');
  const registry = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
  const { host, pathname } = new URL(registry.endsWith('/') ? registry : `${registry}/`);
  return { [`npm_config_//${host}${pathname}:_authToken`]: token.trim() };
}

/** Refuses to publish changes whose notes are not part of a version yet. */
function assertVersioned() {
  const notes = readdirSync('.changeset').filter((file) => file.endsWith('.md') && file !== 'README.md');
  if (notes.length === 0) return;
  throw new StepError(
    `.changeset contains notes of ${notes.length} changes: run \`npm run changeset -- version\` first.`,
  );
}

function publicPackages() {
  const { workspaces } = JSON.parse(readFileSync('package.json', 'utf8'));
  return workspaces.filter((folder) => !JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')).private);
}

async function assertPublishable(folder) {
  for (const [tool, args] of checkersOf(folder)) {
    const findings = await findingsOf(tool, args);
    if (findings === '') continue;
    show(findings);
    throw new StepError(`${tool} found problems in ${folder}/; see above. Nothing was published.`);
  }
}
