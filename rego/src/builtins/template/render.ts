import type { Budget } from '../../evaluate/budget.js';
import { isInteger, toSafeInteger } from '../../values/number.js';
import { isArray, typeNameOf } from '../../values/type-name.js';
import type { Value } from '../../values/value.js';
import { isNumber, isObject } from '../operands.js';
import { callFunction, FunctionFault } from './functions.js';
import type { BranchNode, Command, Operand, ParsedTemplate, Pipeline, TemplateNode } from './nodes.js';
import { isTrue, showResult, type TemplateValue } from './show.js';
import { executionFault } from './template-fault.js';

const MAX_TEMPLATE_CALLS = 100;

/** The reason why the rendering of a list of nodes ended. */
type Flow = 'next' | 'break' | 'continue';

/** Renders a template with this data. */
export function renderTemplate(template: ParsedTemplate, data: Value, budget: Budget): string {
  const renderer = new TemplateRenderer(template, budget);
  return renderer.render(data);
}

class TemplateRenderer {
  private readonly output: string[] = [];
  private variables: { readonly name: string; value: TemplateValue }[] = [];
  private calls = 0;

  constructor(
    private readonly template: ParsedTemplate,
    private readonly budget: Budget,
  ) {}

  render(data: Value): string {
    this.variables = [{ name: '$', value: data }];
    this.list(this.template.main, data);
    return this.output.join('');
  }

  private list(nodes: readonly TemplateNode[], dot: TemplateValue): Flow {
    for (const node of nodes) {
      this.budget.step();
      const flow = this.node(node, dot);
      if (flow !== 'next') {
        return flow;
      }
    }
    return 'next';
  }

  private node(node: TemplateNode, dot: TemplateValue): Flow {
    switch (node.kind) {
      case 'text':
        this.write(node.text);
        return 'next';
      case 'action': {
        const value = this.pipeline(node.pipeline, dot, node.line);
        if (node.pipeline.variables.length === 0) {
          this.write(showResult(value));
        }
        return 'next';
      }
      case 'if':
      case 'with':
        return this.scoped(() => this.condition(node, dot));
      case 'range':
        return this.scoped(() => this.range(node, dot));
      case 'template':
        this.call(node, dot);
        return 'next';
      case 'break':
      case 'continue':
        return node.kind;
    }
  }

  private write(text: string): void {
    this.budget.step(1 + text.length / 64);
    this.budget.allocate(32 + 2 * text.length);
    this.output.push(text);
  }

  /** At the end of a block, drops the variables that it declared. */
  private scoped(run: () => Flow): Flow {
    const before = this.variables.length;
    const flow = run();
    this.variables.length = before;
    return flow;
  }

  private condition(node: BranchNode, dot: TemplateValue): Flow {
    const value = this.pipeline(node.pipeline, dot, node.line);
    return isTrue(value) ? this.list(node.body, node.kind === 'with' ? value : dot) : this.list(node.otherwise, dot);
  }

  private range(node: BranchNode, dot: TemplateValue): Flow {
    const { variables, declares } = node.pipeline;
    const collection = this.pipeline({ ...node.pipeline, variables: [] }, dot, node.line);
    let any = false;
    for (const [key, value] of this.entries(collection, node.line)) {
      any = true;
      const flow = this.scoped(() => {
        const bound = variables.length === 1 ? [value] : [key, value];
        for (const [i, name] of variables.entries()) {
          this.assign(name, bound[i], declares, node.line);
        }
        return this.list(node.body, value);
      });
      if (flow === 'break') {
        return 'next';
      }
    }
    return any ? 'next' : this.list(node.otherwise, dot);
  }

  private *entries(collection: TemplateValue, line: number): Generator<readonly [TemplateValue, TemplateValue]> {
    if (collection === undefined || collection === null) {
      return;
    }
    if (isArray(collection)) {
      yield* collection.entries();
    } else if (isObject(collection)) {
      yield* collection.entries();
    } else if (isNumber(collection) && isInteger(collection)) {
      const count = toSafeInteger(collection) ?? 0;
      for (let i = 0; i < count; i++) {
        this.budget.step();
        yield [i, i];
      }
    } else {
      throw executionFault(line, 'range', `range can't iterate over a value of type ${typeNameOf(collection)}`);
    }
  }

  private call({ name, pipeline, line }: Extract<TemplateNode, { kind: 'template' }>, dot: TemplateValue): void {
    const nodes = this.template.named.get(name);
    if (nodes === undefined) {
      throw executionFault(line, `{{template "${name}"}}`, `template "${name}" not defined`);
    }
    if (this.calls >= MAX_TEMPLATE_CALLS) {
      throw executionFault(line, `{{template "${name}"}}`, 'exceeded maximum template depth');
    }
    const data = pipeline === undefined ? undefined : this.pipeline(pipeline, dot, line);
    const outer = this.variables;
    this.variables = [{ name: '$', value: data }];
    this.calls++;
    this.list(nodes, data);
    this.calls--;
    this.variables = outer;
  }

  private assign(name: string, value: TemplateValue, declares: boolean, line: number): void {
    if (declares) {
      this.variables.push({ name, value });
      return;
    }
    const variable = this.variables.findLast((candidate) => candidate.name === name);
    if (variable === undefined) {
      throw executionFault(line, name, `undefined variable: ${name}`);
    }
    variable.value = value;
  }

  private pipeline({ commands, variables, declares }: Pipeline, dot: TemplateValue, line: number): TemplateValue {
    let value: TemplateValue;
    for (const [i, command] of commands.entries()) {
      this.budget.step();
      value = this.command(command, dot, i > 0 ? [value] : [], line);
    }
    for (const name of variables) {
      this.assign(name, value, declares, line);
    }
    return value;
  }

  /** `piped` is the result of the previous command and becomes the last argument. */
  private command(
    [head, ...rest]: Command,
    dot: TemplateValue,
    piped: readonly TemplateValue[],
    line: number,
  ): TemplateValue {
    if (head?.kind !== 'function') {
      if (head === undefined || rest.length + piped.length > 0) {
        throw executionFault(line, 'command', "can't give argument to non-function");
      }
      return this.operand(head, dot, line);
    }
    if (head.name === 'and' || head.name === 'or') {
      return this.shortCircuit(head.name, rest, dot, piped, line);
    }
    const args = [...rest.map((operand) => this.operand(operand, dot, line)), ...piped];
    try {
      return callFunction(head.name, args, this.budget);
    } catch (error) {
      throw error instanceof FunctionFault
        ? executionFault(line, head.name, `error calling ${head.name}: ${error.message}`)
        : error;
    }
  }

  private shortCircuit(
    name: 'and' | 'or',
    operands: readonly Operand[],
    dot: TemplateValue,
    piped: readonly TemplateValue[],
    line: number,
  ): TemplateValue {
    let value: TemplateValue;
    for (const operand of operands) {
      value = this.operand(operand, dot, line);
      if (isTrue(value) === (name === 'or')) {
        return value;
      }
    }
    return piped.length > 0 ? piped[0] : value;
  }

  private operand(operand: Operand, dot: TemplateValue, line: number): TemplateValue {
    switch (operand.kind) {
      case 'literal':
        return operand.value;
      case 'nil':
        return null;
      case 'function':
        return this.command([operand], dot, [], line);
      case 'field':
        return operand.path.reduce(
          (value, name) => fieldOf(value, name, operand.text, line),
          this.base(operand, dot, line),
        );
    }
  }

  private base({ base }: Extract<Operand, { kind: 'field' }>, dot: TemplateValue, line: number): TemplateValue {
    switch (base.kind) {
      case 'dot':
        return dot;
      case 'pipeline':
        return this.pipeline(base.pipeline, dot, line);
      case 'variable': {
        this.budget.step(1 + this.variables.length / 16);
        const variable = this.variables.findLast(({ name }) => name === base.name);
        if (variable === undefined) {
          throw executionFault(line, base.name, `undefined variable "${base.name}"`);
        }
        return variable.value;
      }
    }
  }
}

function fieldOf(value: TemplateValue, name: string, text: string, line: number): TemplateValue {
  if (isObject(value)) {
    return value.get(name);
  }
  if (value === undefined || value === null) {
    throw executionFault(line, text, `nil pointer evaluating interface {}.${name}`);
  }
  throw executionFault(line, text, `can't evaluate field ${name} in type ${typeNameOf(value)}`);
}
