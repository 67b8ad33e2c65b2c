import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { z } from 'zod';
import { skillDefinition, type SkillDefinition, skillName } from '../../modules/skills/contract/skill-definition.types';
import { CommandFault } from '../command';

/** Files in a skill's folder: its definition and its tests. All modules next to these files are the skill's code. */
export const DEFINITION_FILE = 'skill.json';
export const TESTS_FILE = 'tests.json';

const MODULE = /\.m?[jt]s$/;
/** Folders that do not contain any of the skill's code. */
const ELSEWHERE = /^(node_modules|\..*)$/;

const testCase = z
  .strictObject({
    name: z.string().min(1),
    input: z.unknown().optional(),
    output: z.unknown().optional(),
    error: z.string().optional(),
    calls: z
      .array(
        z.strictObject({ call: z.string(), args: z.array(z.unknown()).default([]), result: z.unknown().optional() }),
      )
      .default([]),
  })
  .refine(
    ({ output, error }) => output === undefined || error === undefined,
    'expects an output or an error, not both',
  );

/** The expected result for one input; `calls` contains the results of capabilities, by their arguments. */
export type TestCase = Readonly<z.infer<typeof testCase>>;

/** A skill in a folder. */
export interface SkillProject {
  readonly folder: string;
  readonly name: string;
  readonly definition: SkillDefinition;
  readonly tests: readonly TestCase[];
}

/** Reads the skill in a folder. Errors: `CommandFault` with the file and pointer of each invalid member. */
export function readProject(folder: string): SkillProject {
  if (!existsSync(join(folder, DEFINITION_FILE))) {
    throw new CommandFault(`${join(folder, DEFINITION_FILE)} does not exist; create it with "skills init".`);
  }
  const file = z
    .looseObject({ name: skillName, runtime: z.string().default('javascript') })
    .safeParse(readJson(folder, DEFINITION_FILE));
  if (!file.success) throw misfit(DEFINITION_FILE, file.error);
  const { name, ...members } = file.data;
  // A skill that consists of one source in the definition has no files.
  const hasFiles = members.runtime === 'javascript' && members['source'] === undefined;
  const modules = hasFiles ? { modules: readModules(folder) } : {};
  const definition = skillDefinition.safeParse({ ...members, ...modules });
  if (!definition.success) throw misfit(DEFINITION_FILE, definition.error);
  return { folder, name, definition: definition.data, tests: readTests(folder) };
}

function readTests(folder: string): readonly TestCase[] {
  if (!existsSync(join(folder, TESTS_FILE))) return [];
  const tests = z.array(testCase).safeParse(readJson(folder, TESTS_FILE));
  if (!tests.success) throw misfit(TESTS_FILE, tests.error);
  return tests.data;
}

function readModules(folder: string): Record<string, string> {
  const modules: Record<string, string> = {};
  const walk = (at: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const path = join(at, entry.name);
      if (entry.isDirectory() && !ELSEWHERE.test(entry.name)) walk(path);
      else if (entry.isFile() && MODULE.test(entry.name)) {
        modules[relative(folder, path).replaceAll(sep, '/')] = readFileSync(path, 'utf8');
      }
    }
  };
  walk(folder);
  if (Object.keys(modules).length === 0) throw new CommandFault(`${folder} contains no module such as main.ts.`);
  return modules;
}

function readJson(folder: string, name: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, name), 'utf8')) as unknown;
  } catch (error) {
    throw new CommandFault(`${join(folder, name)}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function misfit(file: string, { issues }: z.ZodError): CommandFault {
  const lines = issues.map(
    ({ path, message }) => `${file}: ${path.map((part) => `/${String(part)}`).join('') || '/'}: ${message}`,
  );
  return new CommandFault(lines.join('\n'));
}
