import type { Budget } from '../../evaluate/budget.js';
import type { BranchNode, ParsedTemplate, Pipeline, TemplateNode } from './nodes.js';
import { parsePipeline } from './parse-pipeline.js';
import { readChunks, type Chunk } from './read-chunks.js';
import { templateFault } from './template-fault.js';
import type { TemplateToken } from './tokenize.js';

const MAX_TEMPLATE_LENGTH = 256 * 1024;
const MAX_NESTING = 200;
const CHARACTERS_PER_STEP = 8;

/** Parses a template like Go's `text/template`, and reports the same errors. */
export function parseTemplate(source: string, budget: Budget): ParsedTemplate {
  if (source.length > MAX_TEMPLATE_LENGTH) {
    throw templateFault(1, `a template can have at most ${MAX_TEMPLATE_LENGTH} characters`);
  }
  budget.step(1 + source.length / CHARACTERS_PER_STEP);
  return new TemplateParser(readChunks(source)).parse();
}

type Ending = 'end' | 'else' | 'eof';

interface ParsedList {
  readonly nodes: readonly TemplateNode[];
  readonly ending: Ending;
  /** The tokens after `else`. */
  readonly rest: readonly TemplateToken[];
  readonly line: number;
}

class TemplateParser {
  private at = 0;
  private line = 1;
  private loops = 0;
  private readonly named = new Map<string, readonly TemplateNode[]>();

  constructor(private readonly chunks: readonly Chunk[]) {}

  parse(): ParsedTemplate {
    const { nodes, ending } = this.list(0);
    if (ending !== 'eof') {
      throw templateFault(this.line, `unexpected {{${ending}}}`);
    }
    return { main: nodes, named: this.named };
  }

  private list(depth: number): ParsedList {
    if (depth > MAX_NESTING) {
      throw templateFault(this.line, `actions nest more than ${MAX_NESTING} levels deep`);
    }
    const nodes: TemplateNode[] = [];
    for (let chunk = this.next(); chunk !== undefined; chunk = this.next()) {
      if (chunk.kind === 'text') {
        nodes.push(chunk);
        continue;
      }
      this.line = chunk.line;
      const [keyword, rest] = splitKeyword(chunk.tokens);
      if (keyword === 'end' || keyword === 'else') {
        return { nodes, ending: keyword, rest, line: chunk.line };
      }
      nodes.push(...this.action(keyword, chunk.tokens, rest, depth));
    }
    return { nodes, ending: 'eof', rest: [], line: this.line };
  }

  private next(): Chunk | undefined {
    const chunk = this.chunks[this.at];
    this.at++;
    return chunk;
  }

  private action(
    keyword: string,
    tokens: readonly TemplateToken[],
    rest: readonly TemplateToken[],
    depth: number,
  ): readonly TemplateNode[] {
    switch (keyword) {
      case 'if':
      case 'with':
      case 'range':
        return [this.branch(keyword, rest, depth)];
      case 'define':
        this.define(nameOf(rest, this.line, 'define'), depth);
        return [];
      case 'template':
      case 'block':
        return [this.template(keyword, rest, depth)];
      case 'break':
      case 'continue':
        if (this.loops === 0) {
          throw templateFault(this.line, `{{${keyword}}} outside {{range}}`);
        }
        return [{ kind: keyword }];
      default:
        return [{ kind: 'action', line: this.line, pipeline: parsePipeline(tokens, this.line, 'command') }];
    }
  }

  private branch(kind: BranchNode['kind'], tokens: readonly TemplateToken[], depth: number): TemplateNode {
    const { line } = this;
    const pipeline: Pipeline = parsePipeline(tokens, line, kind);
    this.loops += kind === 'range' ? 1 : 0;
    const body = this.list(depth + 1);
    this.loops -= kind === 'range' ? 1 : 0;
    if (body.ending === 'eof') {
      throw templateFault(this.line, 'unexpected EOF');
    }
    return { kind, line, pipeline, body: body.nodes, otherwise: this.otherwise(kind, body, depth) };
  }

  /** `{{else if x}}` is an `if` within the `else`, closed by the same `end`. */
  private otherwise(kind: BranchNode['kind'], body: ParsedList, depth: number): readonly TemplateNode[] {
    if (body.ending === 'end') {
      return [];
    }
    const [keyword, rest] = splitKeyword(body.rest);
    if (keyword === kind && kind !== 'range') {
      return [this.branch(kind, rest, depth + 1)];
    }
    if (body.rest.some((token) => token.kind !== 'space')) {
      throw templateFault(body.line, 'unexpected token in {{else}}');
    }
    const { nodes, ending } = this.list(depth + 1);
    if (ending !== 'end') {
      throw templateFault(this.line, ending === 'eof' ? 'unexpected EOF' : 'expected end; found {{else}}');
    }
    return nodes;
  }

  private define(name: string, depth: number): void {
    const { nodes, ending } = this.list(depth + 1);
    if (ending !== 'end') {
      throw templateFault(this.line, ending === 'eof' ? 'unexpected EOF' : 'unexpected {{else}} in define clause');
    }
    this.named.set(name, nodes);
  }

  private template(keyword: 'template' | 'block', tokens: readonly TemplateToken[], depth: number): TemplateNode {
    const { line } = this;
    const name = nameOf(tokens, line, keyword);
    const rest = tokens.slice(tokens.findIndex((token) => token.kind === 'literal') + 1);
    const pipeline = rest.some((token) => token.kind !== 'space') ? parsePipeline(rest, line, keyword) : undefined;
    if (keyword === 'block') {
      this.define(name, depth);
    }
    return { kind: 'template', line, name, pipeline };
  }
}

function splitKeyword(tokens: readonly TemplateToken[]): readonly [string, readonly TemplateToken[]] {
  const first = tokens.findIndex((token) => token.kind !== 'space');
  const token = tokens[first];
  return token?.kind === 'word' ? [token.text, tokens.slice(first + 1)] : ['', tokens];
}

function nameOf(tokens: readonly TemplateToken[], line: number, clause: string): string {
  const token = tokens.find(({ kind }) => kind !== 'space');
  if (token?.kind !== 'literal' || typeof token.value !== 'string') {
    throw templateFault(line, `unexpected token in ${clause} clause`);
  }
  return token.value;
}
