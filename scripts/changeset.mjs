/**
 * `npm run changeset`: records a change for the changelogs with @changesets/cli. `-- version` turns the records into
 * versions and changelogs; `-- tag` tags them. The product is the workspace root. npm cannot list the root among its
 * packages, and @changesets/cli would omit it, so this script lists it while @changesets/cli runs.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { root } from './steps/process.mjs';

process.chdir(root);
listRoot(true);
// The lines below must run even after Ctrl+C at a prompt from @changesets/cli.
process.on('SIGINT', () => undefined);
const { status } = spawnSync(process.execPath, ['node_modules/@changesets/cli/bin.js', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
listRoot(false);
process.exitCode = status ?? 1;

function listRoot(isListed) {
  const settings = JSON.parse(readFileSync('package.json', 'utf8'));
  const others = settings.workspaces.filter((folder) => folder !== '.');
  settings.workspaces = isListed ? ['.', ...others] : others;
  writeFileSync('package.json', `${JSON.stringify(settings, null, 2)}\n`);
}
