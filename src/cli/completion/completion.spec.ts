import { execFileSync } from 'node:child_process';
import type { LoadedCommand, Terminal } from '../command';
import { loadedCommands } from '../commands';
import { completionOf } from './completion.command';
import { firstWords, optionsOf } from './vocabulary';

const command = (name: string, usage = ''): LoadedCommand => ({ name, summary: `It's ${name}`, usage, run: () => 0 });
const all = [command('doctor', 'coresdk doctor [--json]'), command('apps list', '--all, --all'), command('apps get')];

async function script(shell: string, commands?: readonly LoadedCommand[]): Promise<string> {
  let text = '';
  const terminal: Terminal = { out: (more) => void (text += more), err: () => undefined };
  const load = commands === undefined ? loadedCommands : () => Promise.resolve(commands);
  expect(await completionOf(load).run([shell], terminal)).toBe(0);
  return text;
}

/** Returns the completions that bash offers for the last of these words. */
function offered(source: string, ...words: readonly string[]): readonly string[] {
  const typed = 'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _coresdk; printf "%s\\n" "${COMPREPLY[@]}"';
  const out = execFileSync('bash', ['-euc', `${source}\n${typed}`, 'bash', 'coresdk', ...words], { encoding: 'utf8' });
  return out.split('\n').filter(Boolean);
}

it('completes groups, commands and options in bash', async () => {
  const source = await script('bash');
  expect(offered(source, 'ap')).toEqual(['api', 'apply', 'apps']);
  expect(offered(source, '')).toEqual(expect.arrayContaining(['doctor', 'tenants', 'completion', '--help']));
  expect(offered(source, 'apps', '')).toEqual([
    ...['list', 'get', 'create', 'update', 'delete', 'rotate-secret', 'add-scope'],
  ]);
  expect(offered(source, 'signing-keys', 'ro')).toEqual(['rotate']);
  expect(offered(source, 'projects', 're')).toEqual(['restore', 'remove-member']);
  expect(offered(source, 'projects', 'update', '--if')).toEqual(['--if-match']);
  expect(offered(source, 'apps', 'create', '--re')).toEqual(['--redirect-uri']);
  expect(offered(source, 'doctor', '--')).toEqual(['--help', '--json', '--strict']);
  // A command with commands beside it.
  expect(offered(source, 'import', '')).toEqual(['keycloak', 'auth0']);
  expect(offered(source, 'import', '--fi')).toEqual(['--file']);
  expect(offered(source, 'import', '-f', 'x', '--control')).toEqual(['--control-plane-url']);
  expect(offered(source, 'import', 'keycloak', '--secr')).toEqual(['--secrets-out']);
  // The shell completes file names.
  expect(offered(source, 'restore', '')).toEqual([]);
});

it('describes each command to zsh and fish', async () => {
  const zsh = await script('zsh', all);
  expect(zsh).toMatch(/^#compdef coresdk\n/);
  expect(zsh).toContain(String.raw`'list:It'\''s apps list'`);
  expect(zsh).toContain(`'apps list') options_=(--all --help) ;;`);
  const fish = await script('fish', all);
  expect(fish).toContain(String.raw`-f -a doctor -d 'It\'s doctor'`);
  expect(fish).toContain(`-n '__fish_seen_subcommand_from apps; and __fish_seen_subcommand_from list' -l all`);
});

it('lists the commands of a group, and reads options from the help', () => {
  expect(firstWords(all)).toEqual([
    { word: 'doctor', help: "It's doctor" },
    { word: 'apps', help: 'list, get' },
  ]);
  expect(optionsOf(command('x', 'word--no --a-b <f> [--c|--d]'))).toEqual(['--a-b', '--c', '--d', '--help']);
});

it('rejects other shells', async () => {
  const terminal: Terminal = { out: () => undefined, err: () => undefined };
  const completion = completionOf(() => Promise.resolve(all));
  await expect(completion.run(['tcsh'], terminal)).rejects.toThrow('must be one of bash, zsh, fish');
  await expect(completion.run([], terminal)).rejects.toThrow('Specify a shell');
});
