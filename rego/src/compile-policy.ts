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

/** Sources compiled once for many policies that have them in common. */
export type PolicyLayer = CompiledLayer;

export interface LayeredOptions extends CompileOptions {
  /** Sources that were compiled before, by `compileLayer`, to be compiled with these: the same result for less work. */
  readonly below?: PolicyLayer;
}

export type LayerResult = { readonly ok: true; readonly layer: PolicyLayer } | Extract<CompileResult, { ok: false }>;

/**
 * Compiles Rego files and a base document into a policy that may call these built-in functions. The errors are of all files: what does not
 * parse, else what does not compile. Never throws for what sources or data hold. `checksPaths`: whether rules may not stand where the base
 * document has a value, which OPA checks when it loads a bundle, but not in its suite.
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
        errors: [new RegoError('rego_compile_error', 'the policy is nested too deep: use more rules')],
      };
    }
    if (error instanceof RegoError) {
      return { ok: false, errors: [error] };
    }
    throw error;
  }
}

/** Compiles what many policies have in common, once. Only errors that the sources have by themselves are found here. */
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
 * Modules by their sources, as long as somebody holds those: the base policy is compiled anew below each tenant's bundle, but need not be parsed
 * anew, which is a third of the work. No stage of the compiler changes a module.
 */
const parsedModules = new WeakMap<PolicySource, Module>();

/** Parses a source within the usual limits, the first time that it is asked for. */
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
