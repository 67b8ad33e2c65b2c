import type { RegoError } from '../errors.js';
import { compilePolicy } from '../node.js';
import type { Policy, PolicySource } from '../policy-engine.js';
import { type CommandSetting, RegoCommandFault, type Terminal } from './command.js';

/** The paths on the command line, including the values of `-d` and `-b`. */
export interface NamedPaths {
  readonly data?: readonly string[];
  readonly bundle?: readonly string[];
}

/** Compiles the files under the paths. If the files have errors, prints them and returns `null`. */
export async function loadPolicy(
  { read }: CommandSetting,
  { data: paths = [], bundle: bundles = [] }: NamedPaths,
  terminal: Terminal,
  options: { readonly json?: boolean } = {},
): Promise<{ readonly policy: Policy; readonly sources: readonly PolicySource[] } | null> {
  const { sources, data } = await read({ paths, bundles });
  const compiled = compilePolicy(sources, { data });
  if (compiled.ok) return { policy: compiled.policy, sources };
  printErrors(compiled.errors, terminal, options.json === true);
  return null;
}

/** Throws if there is no module, most likely because the path is wrong. */
export function assertModules(sources: readonly PolicySource[], { data = [], bundle = [] }: NamedPaths): void {
  if (sources.length === 0) {
    throw new RegoCommandFault(`There is no .rego file under ${[...data, ...bundle].join(', ')}.`);
  }
}

/** Prints errors as `opa` does, or as JSON. */
export function printErrors(errors: readonly RegoError[], terminal: Terminal, json: boolean): void {
  if (json) {
    const list = errors.map(({ code, message, location }) => ({ code, message, location: location ?? null }));
    terminal.out(`${JSON.stringify({ errors: list }, null, 2)}\n`);
    return;
  }
  const count = errors.length === 1 ? '1 error' : `${errors.length} errors`;
  terminal.err(`${count} occurred:\n${errors.map((error) => error.toString()).join('\n')}\n`);
}
