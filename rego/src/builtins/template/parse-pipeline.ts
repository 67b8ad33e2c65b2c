import type { Command, FieldBase, Operand, Pipeline } from './nodes.js';
import { templateFault } from './template-fault.js';
import type { TemplateToken } from './tokenize.js';

/** The predefined functions of Go's `text/template`, except `call`: JSON has no function values. */
const FUNCTION_NAMES: ReadonlySet<string> = new Set([
  'and',
  'or',
  'not',
  'len',
  'index',
  'slice',
  'print',
  'printf',
  'println',
  'html',
  'js',
  'urlquery',
  'eq',
  'ne',
  'lt',
  'le',
  'gt',
  'ge',
]);

const MAX_NESTING = 100;

/** Parses a pipeline such as `$x := .a | printf "%s"`. `context` names the action in errors. */
export function parsePipeline(tokens: readonly TemplateToken[], line: number, context: string): Pipeline {
  const parser = new PipelineParser(tokens, line, context);
  return parser.parse();
}

class PipelineParser {
  private at = 0;

  constructor(
    private readonly tokens: readonly TemplateToken[],
    private readonly line: number,
    private readonly context: string,
  ) {}

  parse(): Pipeline {
    const pipeline = this.pipeline(0);
    if (this.at < this.tokens.length) {
      throw this.fault(`unexpected ${this.describe()} in ${this.context}`);
    }
    return pipeline;
  }

  private pipeline(depth: number): Pipeline {
    if (depth > MAX_NESTING) {
      throw this.fault(`parentheses nest more than ${MAX_NESTING} levels deep`);
    }
    const { variables, declares } = this.declaration();
    const commands: Command[] = [this.command(depth)];
    while (this.skipSymbol('|')) {
      commands.push(this.command(depth));
    }
    if (commands.some((command) => command.length === 0)) {
      throw this.fault(`missing value for ${this.context}`);
    }
    return { variables, declares, commands };
  }

  private declaration(): Pick<Pipeline, 'variables' | 'declares'> {
    const start = this.at;
    const variables: string[] = [];
    do {
      this.skipSpaces();
      const token = this.tokens[this.at];
      if (token?.kind !== 'variable') {
        break;
      }
      variables.push(token.text);
      this.at++;
    } while (this.context === 'range' && variables.length < 2 && this.skipSymbol(','));
    if (variables.length > 0) {
      if (this.skipSymbol(':=')) {
        return { variables, declares: true };
      }
      if (this.skipSymbol('=')) {
        return { variables, declares: false };
      }
    }
    this.at = start;
    return { variables: [], declares: false };
  }

  private command(depth: number): Command {
    const operands: Operand[] = [];
    this.skipSpaces();
    while (this.at < this.tokens.length && !this.isSymbol('|') && !this.isSymbol(')')) {
      operands.push(this.operand(depth));
      const before = this.at;
      this.skipSpaces();
      const more = this.at < this.tokens.length && !this.isSymbol('|') && !this.isSymbol(')');
      if (more && this.at === before) {
        throw this.fault(`unexpected ${this.describe()} in operand`);
      }
    }
    return operands;
  }

  private operand(depth: number): Operand {
    const token = this.tokens[this.at];
    this.at++;
    if (token?.kind === 'literal') {
      return { kind: 'literal', value: token.value };
    }
    if (token?.kind === 'word') {
      return this.word(token.text);
    }
    if (token?.kind === 'variable') {
      return this.fields({ kind: 'variable', name: token.text }, token.text, []);
    }
    if (token?.kind === 'field') {
      const name = token.text.slice(1);
      return this.fields({ kind: 'dot' }, token.text, name === '' ? [] : [name]);
    }
    if (token?.kind === 'symbol' && token.text === '(') {
      const pipeline = this.pipeline(depth + 1);
      if (!this.skipSymbol(')')) {
        throw this.fault('unclosed left paren');
      }
      return this.fields({ kind: 'pipeline', pipeline }, '(…)', []);
    }
    this.at--;
    throw this.fault(`unexpected ${this.describe()} in ${this.context}`);
  }

  private word(name: string): Operand {
    switch (name) {
      case 'true':
      case 'false':
        return { kind: 'literal', value: name === 'true' };
      case 'nil':
        return { kind: 'nil' };
      default:
        if (!FUNCTION_NAMES.has(name)) {
          throw this.fault(`function "${name}" not defined`);
        }
        return { kind: 'function', name };
    }
  }

  private fields(base: FieldBase, text: string, first: readonly string[]): Operand {
    const path = [...first];
    let full = text;
    for (
      let token = this.tokens[this.at];
      token?.kind === 'field' && token.text !== '.';
      token = this.tokens[this.at]
    ) {
      path.push(token.text.slice(1));
      full += token.text;
      this.at++;
    }
    return { kind: 'field', base, path, text: full };
  }

  private skipSpaces(): void {
    while (this.tokens[this.at]?.kind === 'space') {
      this.at++;
    }
  }

  private isSymbol(text: string): boolean {
    const token = this.tokens[this.at];
    return token?.kind === 'symbol' && token.text === text;
  }

  private skipSymbol(text: string): boolean {
    this.skipSpaces();
    if (this.isSymbol(text)) {
      this.at++;
      return true;
    }
    return false;
  }

  private describe(): string {
    const token = this.tokens[this.at];
    return token === undefined
      ? 'EOF'
      : token.kind === 'space' || token.kind === 'literal'
        ? token.kind
        : `"${token.text}"`;
  }

  private fault(message: string): Error {
    return templateFault(this.line, message);
  }
}
