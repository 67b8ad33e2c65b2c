import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { skillName } from '../../modules/skills/contract/skill-definition.types';
import { type Command, CommandFault } from '../command';
import { parseOptions } from '../options';
import { DEFINITION_FILE, TESTS_FILE } from './skill-project';

const MAIN = `interface Input {
  readonly name: string;
}

export default ({ name }: Input) => ({ greeting: \`Hello, \${name}!\` });
`;

const object = (member: string): object => ({
  type: 'object',
  required: [member],
  properties: { [member]: { type: 'string' } },
  additionalProperties: false,
});

/** Returns the files for a new, working skill, with tests that pass. */
function filesOf(name: string): Readonly<Record<string, string>> {
  const definition = {
    name,
    description: 'Greets somebody.',
    inputSchema: object('name'),
    outputSchema: object('greeting'),
    timeoutSeconds: 10,
  };
  const tests = [
    { name: 'greets by name', input: { name: 'Ada' }, output: { greeting: 'Hello, Ada!' } },
    { name: 'needs a name', input: {}, error: '/input must have required property' },
  ];
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  return { [DEFINITION_FILE]: json(definition), 'main.ts': MAIN, [TESTS_FILE]: json(tests) };
}

/** `coresdk skills init <folder>` */
export const skillsInit: Command = {
  usage: `Usage: coresdk skills init <folder> [--name <name>] [--json]

Writes skill.json (its definition), main.ts (its code) and tests.json. Existing files are never changed.

  --name  the skill's name; by default the folder's name
  --json  {name, folder, files}

Example:
  coresdk skills init greet && coresdk skills test greet

Exits 1 when a file already exists.`,
  run(args, terminal) {
    const { values, positionals } = parseOptions(args, {
      name: { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    const [folder] = positionals;
    if (folder === undefined || positionals.length > 1) throw new CommandFault('Specify one folder.', true);
    const name = skillName.safeParse(values.name ?? basename(resolve(folder)));
    if (!name.success) {
      throw new CommandFault(
        `The name of a skill must be ${name.error.issues[0]?.message ?? 'another'}. Set a different name with --name.`,
      );
    }
    const files = Object.entries(filesOf(name.data));
    const there = files.map(([file]) => join(folder, file)).find((path) => existsSync(path));
    if (there !== undefined) throw new CommandFault(`${there} already exists.`);
    mkdirSync(folder, { recursive: true });
    for (const [file, text] of files) writeFileSync(join(folder, file), text);
    const made = { name: name.data, folder, files: files.map(([file]) => file) };
    terminal.out(
      values.json
        ? `${JSON.stringify(made, null, 2)}\n`
        : `Created the skill "${made.name}" in ${folder}: ${made.files.join(', ')}.\n`,
    );
    return 0;
  },
};
