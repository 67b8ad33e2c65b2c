import { readFile } from 'node:fs/promises';
import { CommandFault } from '../../command';
import { openPrivate } from '../private-file';
import { plan, type Plan } from './plan';

/** Saves a plan. The file can contain everything that the configuration contains, so only its owner can read it. */
export async function savePlan(file: string, planned: Plan): Promise<void> {
  const handle = await openPrivate(file, 'w');
  try {
    await handle.writeFile(`${JSON.stringify(planned, null, 2)}\n`);
  } finally {
    await handle.close();
  }
}

/** Reads a saved plan. Errors: `CommandFault` for a file that is not a plan. */
export async function readPlan(file: string): Promise<Plan> {
  try {
    return plan.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    throw new CommandFault(`${file} is not a plan. Make one with "coresdk plan -f <file> --out ${file}".`);
  }
}
