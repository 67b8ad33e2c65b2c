import { overlappingRoots } from '../bundle/roots.js';
import type { RegoError } from '../errors.js';
import { compilePolicy } from '../node.js';
import type { Policy, PolicySource } from '../policy-engine.js';
import { RegoObject } from '../values/object.js';
import type { Value } from '../values/value.js';
import { invalidParameter } from './api-error.js';
import type { Bundle } from './bundles/read-bundle.js';
import { mergeDocuments, removeFrom, writeTo } from './data-document.js';

/** Policies and data belong to the person who runs the server, so the compile limits are generous. */
const COMPILE_LIMITS = {
  maxSourceBytes: 256 * 1024 * 1024,
  maxRules: 1_000_000,
  deadlineMs: 30_000,
};

/** An active bundle. */
export interface ActiveBundle {
  readonly revision: string;
  readonly roots: readonly string[];
  readonly moduleIds: readonly string[];
}

/** Modules, data, bundles and the compiled policy. The state is replaced, never modified, so that no decision mixes two versions. */
export interface StoreState {
  /** Modules by ID. */
  readonly modules: ReadonlyMap<string, PolicySource>;
  readonly data: RegoObject;
  readonly bundles: ReadonlyMap<string, ActiveBundle>;
  readonly policy: Policy;
}

export type StoreChange = { readonly ok: true } | { readonly ok: false; readonly errors: readonly RegoError[] };

/** The modules, data and bundles of a server, compiled. */
export class PolicyStore {
  private current: StoreState;
  private readonly listeners: (() => void)[] = [];

  private constructor(state: StoreState) {
    this.current = state;
  }

  /** Creates a store from the modules and data of files. Returns the errors if they do not compile. */
  static of(
    sources: readonly PolicySource[],
    data: RegoObject,
  ): { readonly ok: true; readonly store: PolicyStore } | Extract<StoreChange, { ok: false }> {
    const modules = new Map(sources.map((source) => [source.path, source]));
    const compiled = compileAll(modules, data);
    if (!compiled.ok) return compiled;
    return { ok: true, store: new PolicyStore({ modules, data, bundles: new Map(), policy: compiled.policy }) };
  }

  get state(): StoreState {
    return this.current;
  }

  /** Calls `listener` after each change. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Adds or replaces a module, or removes it if `text` is `null`. */
  setModule(id: string, text: string | null): StoreChange {
    const modules = new Map(this.current.modules);
    if (text === null) modules.delete(id);
    else modules.set(id, { path: id, text });
    return this.recompile({ modules });
  }

  /** Replaces the data. A rule and a data value cannot have the same path. */
  setData(data: RegoObject): StoreChange {
    const rebased = this.current.policy.withData(data);
    if (!rebased.ok) return rebased;
    this.replace({ ...this.current, data, policy: rebased.policy });
    return { ok: true };
  }

  /** Replaces all modules and data that are not owned by a bundle. */
  replaceFiles(sources: readonly PolicySource[], data: RegoObject): StoreChange {
    const owned = new Set([...this.current.bundles.values()].flatMap(({ moduleIds }) => moduleIds));
    const modules = new Map([...this.current.modules].filter(([id]) => owned.has(id)));
    for (const source of sources) modules.set(source.path, source);
    return this.recompile({ modules, data: mergeDocuments(data, this.bundleData()) });
  }

  /**
   * Activates a bundle in place of an earlier bundle with the same name. If it fails, the state does not change.
   * @param etag the entity tag of the response that contained the bundle.
   */
  activateBundle(name: string, bundle: Bundle, etag = ''): StoreChange {
    const before = this.current.bundles.get(name);
    const modules = new Map(this.current.modules);
    for (const id of before?.moduleIds ?? []) modules.delete(id);
    for (const source of bundle.sources) modules.set(source.path, source);
    let { data } = this.current;
    for (const root of [...(before?.roots ?? []), ...bundle.roots]) {
      data = root === '' ? withoutRoots(data) : removeFrom(data, root.split('/'));
    }
    const described = describeBundle(mergeDocuments(data, bundle.data), name, { ...bundle, etag });
    const active = {
      revision: bundle.revision,
      roots: bundle.roots,
      moduleIds: bundle.sources.map(({ path }) => path),
    };
    return this.recompile({ modules, data: described, bundles: new Map(this.current.bundles).set(name, active) });
  }

  /** Returns the first active bundle with a different name whose roots overlap these, and the overlapping root; `null` if there is none. */
  overlap(name: string, roots: readonly string[]): { readonly bundle: string; readonly root: string } | null {
    for (const [other, { roots: taken }] of this.current.bundles) {
      const [pair] = other === name ? [] : overlappingRoots(roots, taken);
      if (pair !== undefined) return { bundle: other, root: pair[0] };
    }
    return null;
  }

  /** Rejects a write to a path that a bundle owns. Errors: `ApiError` 400. */
  assertWritable(path: readonly string[]): void {
    const { bundles } = this.current;
    if (path.length === 0 && bundles.size > 0) {
      throw invalidParameter("can't write to document root with bundle roots configured");
    }
    for (const [name, { roots }] of bundles) {
      if (roots.includes('')) throw invalidParameter(`all paths owned by bundle "${name}"`);
      if (roots.some((root) => isOnPath(path, root.split('/')))) {
        throw invalidParameter(`path ${path.join('/')} is owned by bundle "${name}"`);
      }
    }
  }

  private recompile(change: Partial<StoreState>): StoreChange {
    const next = { ...this.current, ...change };
    const compiled = compileAll(next.modules, next.data);
    if (!compiled.ok) return compiled;
    this.replace({ ...next, policy: compiled.policy });
    return { ok: true };
  }

  private replace(state: StoreState): void {
    this.current = state;
    for (const listener of this.listeners) listener();
  }

  /** Returns the data that bundles own, and their metadata. */
  private bundleData(): RegoObject {
    const { bundles, data } = this.current;
    if (bundles.size === 0) return RegoObject.EMPTY;
    const roots = [...bundles.values()].flatMap((bundle) => bundle.roots);
    if (roots.includes('')) return data;
    return [...roots.map((root) => root.split('/')), BUNDLES].reduce<RegoObject>(
      (kept, path) => mergeDocuments(kept, only(data, path)),
      RegoObject.EMPTY,
    );
  }
}

/** The path at which OPA stores the metadata of active bundles. */
const BUNDLES = ['system', 'bundles'] as const;

/** Returns the document with only the metadata of bundles. */
const withoutRoots = (data: RegoObject): RegoObject => only(data, BUNDLES);

/** Returns the value at a path, with its parent objects. */
function only(data: RegoObject, path: readonly string[]): RegoObject {
  let value: Value | undefined = data;
  for (const name of path) value = value instanceof RegoObject ? value.get(name) : undefined;
  if (value === undefined) return RegoObject.EMPTY;
  return path.reduceRight<Value>((inner, name) => RegoObject.of([[name, inner]]), value) as RegoObject;
}

function describeBundle(
  data: RegoObject,
  name: string,
  { revision, roots, etag }: Bundle & { readonly etag: string },
): RegoObject {
  const manifest = RegoObject.of([
    ['revision', revision],
    ['roots', roots],
  ]);
  const description = RegoObject.of([
    ['etag', etag],
    ['manifest', manifest],
  ]);
  const place = [...BUNDLES, name].reduceRight<Value>(
    (inner, part) => RegoObject.of([[part, inner]]),
    RegoObject.EMPTY,
  );
  const prepared = mergeDocuments(data, place as RegoObject);
  return writeTo(prepared, { op: 'add', path: [...BUNDLES, name], value: description });
}

function isOnPath(path: readonly string[], root: readonly string[]): boolean {
  const length = Math.min(path.length, root.length);
  return path.slice(0, length).every((name, index) => name === root[index]);
}

function compileAll(modules: ReadonlyMap<string, PolicySource>, data: RegoObject): ReturnType<Policy['withData']> {
  const compiled = compilePolicy([...modules.values()], { limits: COMPILE_LIMITS, links: 'later' });
  return compiled.ok ? compiled.policy.withData(data) : compiled;
}
