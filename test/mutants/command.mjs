import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

/** The exit code of an interrupted run, which leaves its remaining mutants without a result. */
export const INTERRUPTED = 130;

/** Returns the pattern of `--only`. For `--help` or invalid arguments, prints the usage and ends the process. */
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

/** Returns the entries of all lists in a folder. */
export function readLists(folder) {
  const names = readdirSync(folder).sort();
  return names.flatMap((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')));
}
