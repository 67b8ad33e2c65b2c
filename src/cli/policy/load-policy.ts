import { compilePolicy, type Policy, type PolicySource, type RegoError } from '@coresdk/rego/node';
import type { Terminal } from '../command';
import { CommandFault } from '../command';
import { readPolicyPaths } from './read-policy-paths';

/** What stands under the paths, compiled. `null` after its errors have been printed. */
export async function loadPolicy(
  paths: readonly string[],
  terminal: Terminal,
  options: { readonly json?: boolean } = {},
): Promise<{ readonly policy: Policy; readonly sources: readonly PolicySource[] } | null> {
  const { sources, data } = await readPolicyPaths(paths);
  if (sources.length === 0) throw new CommandFault(`There is no .rego file under ${paths.join(', ')}.`);
  const compiled = compilePolicy(sources, { data });
  if (compiled.ok) return { policy: compiled.policy, sources };
  printErrors(compiled.errors, terminal, options.json === true);
  return null;
}

/** Errors as `opa` prints them, or as JSON. */
export function printErrors(errors: readonly RegoError[], terminal: Terminal, json: boolean): void {
  if (json) {
    const list = errors.map(({ code, message, location }) => ({ code, message, location: location ?? null }));
    terminal.out(`${JSON.stringify({ errors: list }, null, 2)}\n`);
    return;
  }
  const count = errors.length === 1 ? '1 error' : `${errors.length} errors`;
  terminal.err(`${count} occurred:\n${errors.map((error) => error.toString()).join('\n')}\n`);
}
