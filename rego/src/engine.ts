import type { Builtin } from './builtins/builtin.js';
import { compileLayerWith, compileWith, type LayeredOptions, type LayerResult } from './compile-policy.js';
import type { RegoError } from './errors.js';
import type { CompileResult, PolicySource } from './policy-engine.js';
import { compiledOrThrown, type RegoPolicy, type RegoSource, sourcesOf } from './rego-policy.js';

/** The functions that an entry point of the package exports. Entry points differ only in their built-in functions. */
export interface Engine {
  /**
   * Compiles Rego files and a base document into a policy. Errors cover all files: parse errors, or compile errors if all files parse.
   * Never throws because of the sources or data.
   */
  readonly compilePolicy: (sources: readonly PolicySource[], options?: LayeredOptions) => CompileResult;
  /**
   * Compiles sources that many policies share, so that they are compiled only once. Finds only errors that these sources have on their own.
   */
  readonly compileLayer: (sources: readonly PolicySource[]) => LayerResult;
  /** Compiles modules and data. Rejects with `RegoErrors`, which contains all parse errors, or all compile errors if everything parses. */
  readonly compile: (source: RegoSource) => Promise<RegoPolicy>;
  /** Returns the errors of modules and data; an empty list if they compile. */
  readonly check: (source: RegoSource) => readonly RegoError[];
}

/** Creates an engine whose policies can call these built-in functions. */
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
