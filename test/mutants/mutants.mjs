import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/steps/process.mjs';
import { readLists } from './command.mjs';

/** Returns the mutants of all lists: `{ file, find, replace, spec, rule }`. */
export function readMutants() {
  return readLists(path.join(root, 'test/mutants/lists'));
}

/** Returns the reason why a mutant cannot be created from the current sources; `null` if it can. */
export function faultOf({ file, find, replace, spec }) {
  if (!existsSync(path.join(root, file))) return 'the file does not exist';
  if (!existsSync(path.join(root, spec))) return `${spec} does not exist`;
  const count = readFileSync(path.join(root, file), 'utf8').split(find).length - 1;
  if (count !== 1) return `\`find\` occurs ${count} times`;
  return find === replace ? '`replace` changes nothing' : null;
}
