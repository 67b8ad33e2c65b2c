import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

/** The exit code of an interrupted run, which does not judge its remaining mutants. */
export const INTERRUPTED = 130;

/** Returns the pattern of `--only`. `--help` and invalid arguments end the process with the usage. */
export function readPattern(usage) {
  try {
    const options = { only: { type: 'string', default: '' }, help: { type: 'boolean', default: false } };
    const { values } = parseArgs({ options });
    if (!values.help) return new RegExp(values.only);
    console.log(usage);
    process.exit();
  } catch (error) {
    console.error(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
}

/** Returns the entries of all lists of a folder. */
export function readLists(folder) {
  const names = readdirSync(folder).sort();
  return names.flatMap((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')));
}
