import { checkOperands } from '../builtins/check-operands.js';
import type { Builtin } from '../builtins/builtin.js';
import { BuiltinError, RegoError } from '../errors.js';
import { lookup, lookupBase, lookupPath } from '../evaluate/access.js';
import type { VirtualNode, World } from '../evaluate/context.js';
import type { Runtime } from '../evaluate/runtime.js';
import type { Value } from '../values/value.js';

/** Evaluates terms that do not depend on unknowns, with the compiled policy. */
export class KnownEvaluator {
  constructor(
    private readonly rt: Runtime,
    private readonly world: World,
  ) {}

  get input(): Value | undefined {
    return this.rt.scope.input;
  }

  /** Returns base data at a path, including replacements by `with`. */
  base(path: readonly Value[]): Value | undefined {
    return lookupPath(this.rt.scope.data, path, lookupBase);
  }

  /** Returns whether `with` replaced the document at a path or one above it. */
  isReplaced(path: readonly Value[]): boolean {
    return this.rt.scope.covers(path.map((key) => (typeof key === 'string' ? key : '')));
  }

  /** Returns the document at a path below `data`: rules, base data, or both. */
  document(path: readonly Value[]): Value | undefined {
    let node: VirtualNode | undefined = this.isReplaced([]) ? undefined : this.world.root;
    let base: Value | undefined = this.rt.scope.data;
    for (const [at, key] of path.entries()) {
      if (node?.group !== undefined) {
        return memberOf(node.group, path.slice(at));
      }
      base = base === undefined ? undefined : lookupBase(base, key);
      const child: VirtualNode | undefined = typeof key === 'string' ? node?.children.get(key) : undefined;
      node = child !== undefined && this.isReplaced(path.slice(0, at + 1)) ? undefined : child;
    }
    if (node === undefined) {
      return base;
    }
    return node.group === undefined ? node.extent(base) : node.group.value();
  }

  /** Returns the result of a built-in function; `undefined` if the function fails or does not return a result. */
  builtin(builtin: Builtin, args: readonly Value[]): Value | undefined {
    this.rt.budget.step(builtin.steps ?? 1);
    try {
      checkOperands(builtin, args);
      return builtin.call(args, this.rt.context);
    } catch (error) {
      if (!(error instanceof BuiltinError)) {
        throw error;
      }
      if (this.rt.strict) {
        throw new RegoError(error.code, `${builtin.name}: ${error.message}`);
      }
      return undefined;
    }
  }

  /** Returns the result of a function of the policy. */
  call(operator: string, args: readonly Value[]): Value | undefined {
    return this.world.function(operator)?.call(args);
  }
}

function memberOf(group: NonNullable<VirtualNode['group']>, path: readonly Value[]): Value | undefined {
  const [first, ...rest] = path;
  if (group.kind === 'partial' && first !== undefined) {
    return lookupPath(group.lookup(first), rest, lookup);
  }
  return lookupPath(group.value(), path, lookup);
}
