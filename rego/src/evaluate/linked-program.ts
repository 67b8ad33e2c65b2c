import type { Builtin } from '../builtins/builtin.js';
import type { CompiledRule, Program, RuleNode } from '../compile/program.js';
import type { RegoObject } from '../values/object.js';
import type { Value } from '../values/value.js';
import type { FunctionCode, VirtualNode, World } from './context.js';
import { FunctionGroup } from './function-group.js';
import { Metadata } from './metadata.js';
import type { Runtime } from './runtime.js';
import { buildTree } from './virtual-tree.js';

export interface LinkOptions {
  readonly builtins: ReadonlyMap<string, Builtin>;
  /** True if the code reports to the evaluation's `trace`. Such code is slower, so it is compiled separately. */
  readonly traced: boolean;
}

/** A program with its base data, ready to run. Rules become closures when they first run, and share one `Runtime`. */
export class LinkedProgram implements World {
  readonly root: VirtualNode;
  readonly base: RegoObject;
  readonly traced: boolean;
  private readonly functions = new Map<string, FunctionCode>();
  private readonly metadata: Metadata;

  constructor(
    readonly rt: Runtime,
    program: Program,
    private readonly options: LinkOptions,
  ) {
    this.base = rt.base;
    this.traced = options.traced;
    this.metadata = new Metadata(program);
    this.collectFunctions(program.root);
    this.root = buildTree(this, program.root);
  }

  /**
   * Compiles the code that every evaluation will try. Other rules are compiled when an index first selects them. Throws `RegoError` for
   * code that cannot run.
   */
  prepare(): void {
    this.functions.forEach((code) => code.prepare());
    prepareNode(this.root);
  }

  builtin(name: string): Builtin | undefined {
    return this.options.builtins.get(name);
  }

  function(path: string): FunctionCode | undefined {
    return this.functions.get(path);
  }

  metadataRule(rule: CompiledRule | undefined): Value {
    return this.metadata.rule(rule);
  }

  metadataChain(rule: CompiledRule | undefined): Value {
    return this.metadata.chain(rule);
  }

  private collectFunctions(node: RuleNode): void {
    if (node.group?.kind === 'function') {
      this.functions.set(['data', ...node.group.path].join('.'), new FunctionGroup(this, node.group));
    }
    node.children.forEach((child) => this.collectFunctions(child));
  }
}

function prepareNode(node: VirtualNode): void {
  node.group?.prepare();
  node.children.forEach(prepareNode);
}
