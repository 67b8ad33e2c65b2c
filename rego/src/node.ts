import { BUILTINS } from './builtins/node-builtins.js';
import { compileLayerWith, compileWith, type LayeredOptions, type LayerResult } from './compile-policy.js';
import type { CompileResult, PolicySource } from './policy-engine.js';
import { compiledOrThrown, type RegoPolicy, type RegoSource, sourcesOf } from './rego-policy.js';
import type { RegoError } from './errors.js';

export * from './common.js';
export { type ConformanceReport, runConformance } from './run-conformance.js';

/**
 * Compiles Rego files and a base document into a policy. The errors are of all files: what does not parse, else what does not compile.
 * Never throws for what sources or data hold.
 */
export function compilePolicy(sources: readonly PolicySource[], options: LayeredOptions = {}): CompileResult {
  return compileWith(BUILTINS, sources, options);
}

/** Compiles what many policies have in common, once. Only errors that the sources have by themselves are found here. */
export function compileLayer(sources: readonly PolicySource[]): LayerResult {
  return compileLayerWith(BUILTINS, sources);
}

/** Compiles modules and data. Errors: `RegoErrors`, with all that does not parse, else all that does not compile. */
export async function compile(source: RegoSource): Promise<RegoPolicy> {
  return compiledOrThrown(compilePolicy(sourcesOf(source), source));
}

/** The errors of modules and data, none when they compile. */
export function check(source: RegoSource): readonly RegoError[] {
  const result = compilePolicy(sourcesOf(source), source);
  return result.ok ? [] : result.errors;
}
