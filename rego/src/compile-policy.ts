import type { Builtin } from './builtins/builtin.js';
import { compileModules } from './compile/compile-modules.js';
import type { CompiledLayer } from './compile/layer.js';
import { RegoError } from './errors.js';
import { CompiledPolicy } from './evaluate/compiled-policy.js';
import type { CompileOptions, CompileResult, PolicySource } from './policy-engine.js';
import type { Module } from './syntax/ast.js';
import { parseModule } from './syntax/parser.js';
import { fromJson, JsonError } from './values/json.js';
import { RegoObject } from './values/object.js';

/** Sources compiled once for many policies that share them. */
export type PolicyLayer = CompiledLayer;

export interface LayeredOptions extends CompileOptions {
  /** A layer that `compileLayer` compiled earlier, to put below these sources. This gives the same result with less work. */
  readonly below?: PolicyLayer;
}

export type LayerResult = { readonly ok: true; readonly layer: PolicyLayer } | Extract<CompileResult, { ok: false }>;

/**
 * Compiles Rego files and a base document into a policy that can call these built-in functions. Errors cover all files: parse errors, or
 * compile errors if all files parse. Never throws because of the sources or data. `checksPaths` forbids rules at paths where the base
 * document has a value; OPA checks this when it loads a bundle, but not in its test suite.
 */
export function compileWith(
  builtins: ReadonlyMap<string, Builtin>,
  sources: readonly PolicySource[],
  options: LayeredOptions,
  checksPaths = true,
): CompileResult {
  const parsed = parseAll(sources, options.limits);
  if (!parsed.ok) {
    return parsed;
  }
  const base = baseDocument(options.data);
  if (base instanceof RegoError) {
    return { ok: false, errors: [base] };
  }
  const compiled = compileModules(parsed.modules, {
    builtins,
    ...(options.data === undefined || !checksPaths ? {} : { data: options.data }),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.below === undefined ? {} : { below: options.below }),
  });
  if (!compiled.ok) {
    return compiled;
  }
  try {
    const policy = new CompiledPolicy(compiled.program, base, builtins, options.allowedHosts ?? []);
    if (options.links !== 'later') policy.link();
    return { ok: true, policy };
  } catch (error) {
    if (error instanceof RangeError) {
      return {
        ok: false,
        errors: [new RegoError('rego_compile_error', 'the policy is nested too deeply: use more rules')],
      };
    }
    if (error instanceof RegoError) {
      return { ok: false, errors: [error] };
    }
    throw error;
  }
}

/**
 * Compiles sources that many policies share, so that they are compiled only once. Finds only errors that these sources have on their own.
 */
export function compileLayerWith(
  builtins: ReadonlyMap<string, Builtin>,
  sources: readonly PolicySource[],
): LayerResult {
  const parsed = parseAll(sources);
  if (!parsed.ok) {
    return parsed;
  }
  const compiled = compileModules(parsed.modules, { builtins });
  return compiled.ok ? { ok: true, layer: compiled.layer() } : compiled;
}

function parseAll(
  sources: readonly PolicySource[],
  limits?: CompileOptions['limits'],
): { readonly ok: true; readonly modules: readonly Module[] } | Extract<CompileResult, { ok: false }> {
  const modules: Module[] = [];
  const errors: RegoError[] = [];
  for (const source of sources) {
    const parsed = limits === undefined ? parseOnce(source) : parseModule(source, limits);
    if (parsed.ok) {
      modules.push(parsed.module);
    } else {
      errors.push(...parsed.errors);
    }
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, modules };
}

/**
 * A cache of parsed modules by source. An entry lives as long as its source is referenced. The base policy is compiled again below each
 * tenant's bundle, but does not have to be parsed again, which saves a third of the work. No stage of the compiler changes a module.
 */
const parsedModules = new WeakMap<PolicySource, Module>();

/** Parses a source within the usual limits, on its first use. */
function parseOnce(source: PolicySource): ReturnType<typeof parseModule> {
  const known = parsedModules.get(source);
  if (known !== undefined) {
    return { ok: true, module: known };
  }
  const parsed = parseModule(source);
  if (parsed.ok) {
    parsedModules.set(source, parsed.module);
  }
  return parsed;
}

function baseDocument(data: CompileOptions['data']): RegoObject | RegoError {
  if (data === undefined) {
    return RegoObject.EMPTY;
  }
  try {
    const base = fromJson(data);
    return base instanceof RegoObject ? base : new RegoError('rego_compile_error', 'data must be an object');
  } catch (error) {
    if (error instanceof JsonError) {
      return new RegoError('rego_compile_error', `data: ${error.message}`);
    }
    throw error;
  }
}
