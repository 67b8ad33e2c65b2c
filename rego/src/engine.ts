import type { Builtin } from './builtins/builtin.js';
import { compileLayerWith, compileWith, type LayeredOptions, type LayerResult } from './compile-policy.js';
import type { RegoError } from './errors.js';
import type { CompileResult, PolicySource } from './policy-engine.js';
import { compiledOrThrown, type RegoPolicy, type RegoSource, sourcesOf } from './rego-policy.js';

/** The functions of an entry of the package, which differ between entries in the built-in functions alone. */
export interface Engine {
  /**
   * Compiles Rego files and a base document into a policy. The errors are of all files: what does not parse, else what does not compile.
   * Never throws for what sources or data hold.
   */
  readonly compilePolicy: (sources: readonly PolicySource[], options?: LayeredOptions) => CompileResult;
  /** Compiles what many policies have in common, once. Only errors that the sources have by themselves are found here. */
  readonly compileLayer: (sources: readonly PolicySource[]) => LayerResult;
  /** Compiles modules and data. Errors: `RegoErrors`, with all that does not parse, else all that does not compile. */
  readonly compile: (source: RegoSource) => Promise<RegoPolicy>;
  /** The errors of modules and data, none when they compile. */
  readonly check: (source: RegoSource) => readonly RegoError[];
}

/** The engine whose policies may call these built-in functions. */
export function engineWith(builtins: ReadonlyMap<string, Builtin>): Engine {
  const compiled = (source: RegoSource): CompileResult => compileWith(builtins, sourcesOf(source), source);
  return {
    compilePolicy: (sources, options = {}) => compileWith(builtins, sources, options),
    compileLayer: (sources) => compileLayerWith(builtins, sources),
    compile: async (source) => compiledOrThrown(compiled(source)),
    check: (source) => {
      const result = compiled(source);
      return result.ok ? [] : result.errors;
    },
  };
}
