import { loadedCommands } from './commands';
import { OPERATIONS } from './operations/operations';
import { optionsOf } from './completion/vocabulary';

/** The commands without `--json`, with the reason. */
const EXEMPT: Readonly<Record<string, string>> = {
  api: 'prints the body of the response; its --json is the body of the request',
  completion: 'prints a script',
  export: 'writes files',
  'configuration schema': 'prints a JSON document',
  login: 'prints no result',
  logout: 'prints no result',
  'context use': 'prints no result',
  'context delete': 'prints no result',
  'tenants export': 'writes a file',
  'tokens revoke': 'prints no result',
  'workflows graph': 'prints a drawing, in the format of --format',
  'policy check': 'has --format json, as rego does',
  'policy test': 'has --format json, as rego does',
  'policy eval': 'has --format json, as rego does',
  'policy fmt': 'prints source code',
  'policy bench': 'prints a measurement for people',
};

it('every command that prints a result has --json', async () => {
  const withoutResult = new Set(OPERATIONS.filter(({ columns }) => columns.length === 0).map(({ name }) => name));
  const missing = (await loadedCommands())
    .filter((command) => !optionsOf(command).includes('--json'))
    .map(({ name }) => name)
    .filter((name) => !withoutResult.has(name) && !Object.hasOwn(EXEMPT, name));
  expect(missing).toEqual([]);
});

it('exempts only commands that exist and lack --json', async () => {
  const commands = await loadedCommands();
  const names = commands
    .filter((command) => command.name === 'api' || !optionsOf(command).includes('--json'))
    .map(({ name }) => name);
  expect(Object.keys(EXEMPT).filter((name) => !names.includes(name))).toEqual([]);
});
