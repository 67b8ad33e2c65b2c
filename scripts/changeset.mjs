/**
 * `npm run changeset`: notes a change for the changelogs, by @changesets/cli; `-- version` makes versions and changelogs
 * of the notes, `-- tag` tags them. The product is the root of the workspace, which npm cannot list among its packages
 * and @changesets/cli would leave out: while it runs, the root is listed.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { root } from './steps/process.mjs';

process.chdir(root);
listRoot(true);
// The lines below must also run after Ctrl-C at one of its questions.
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
