import path from 'node:path';
import ts from 'typescript';
import { selectOf } from '../../../src/kernel/database/columns';

/** A statement in the source code, and the members of the rows that its caller expects. */
export interface SourceStatement {
  /** File and line. */
  readonly place: string;
  /** `null` if it is built from values that are known only at run time. */
  readonly text: string | null;
  /** Kinds of values by column name, see {@link kindOf}; `null` if the caller accepts any row. */
  readonly row: ReadonlyMap<string, string> | null;
}

/** Methods of `Sql` whose type argument is a row. */
const METHODS = new Set(['rows', 'one', 'maybeOne']);
const PRIMITIVE = ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BooleanLike;
const ROOT = path.resolve(__dirname, '../../..');

/** Finds every statement in the source that returns rows. */
export function sourceStatements(): readonly SourceStatement[] {
  const { config } = ts.readConfigFile(path.join(ROOT, 'tsconfig.json'), (file) => ts.sys.readFile(file));
  const { options, fileNames } = ts.parseJsonConfigFileContent(
    { ...(config as object), include: ['src'] },
    ts.sys,
    ROOT,
  );
  const { tsBuildInfoFile: _, ...checked } = options;
  const program = ts.createProgram(fileNames, { ...checked, incremental: false });
  const reader = new StatementReader(program.getTypeChecker());
  return program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.startsWith(path.join(ROOT, 'src')) && !fileName.endsWith('spec.ts'))
    .flatMap((file) => reader.read(file));
}

class StatementReader {
  constructor(private readonly checker: ts.TypeChecker) {}

  read(file: ts.SourceFile): readonly SourceStatement[] {
    const found: SourceStatement[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && this.asksForRows(node)) found.push(this.statement(file, node));
      ts.forEachChild(node, visit);
    };
    visit(file);
    return found;
  }

  private asksForRows({ expression }: ts.CallExpression): boolean {
    if (!ts.isPropertyAccessExpression(expression) || !METHODS.has(expression.name.text)) return false;
    const declared = this.checker.getSymbolAtLocation(expression.name)?.declarations?.[0];
    return declared?.getSourceFile().fileName.endsWith('kernel/database/sql.ts') === true;
  }

  private statement(file: ts.SourceFile, call: ts.CallExpression): SourceStatement {
    const { line } = file.getLineAndCharacterOfPosition(call.getStart());
    const [asked] = call.arguments;
    const value = asked === undefined ? undefined : this.valueOf(asked);
    const text = typeof value === 'object' && value !== null && 'text' in value ? value.text : value;
    return {
      place: `${path.relative(ROOT, file.fileName)}:${line + 1}`,
      text: typeof text === 'string' ? text : null,
      row: this.rowOf(call),
    };
  }

  private rowOf(call: ts.CallExpression): ReadonlyMap<string, string> | null {
    const signature = this.checker.getResolvedSignature(call);
    if (signature === undefined) return null;
    let type = this.checker.getAwaitedType(signature.getReturnType());
    if (type === undefined) return null;
    type = this.checker.getNonNullableType(type);
    if (this.checker.isArrayType(type)) [type] = this.checker.getTypeArguments(type as ts.TypeReference);
    if (type === undefined || type.flags & (ts.TypeFlags.TypeParameter | ts.TypeFlags.NonPrimitive)) return null;
    const members = this.checker.getPropertiesOfType(type);
    return new Map(members.map((member) => [member.name, this.kindOf(this.checker.getTypeOfSymbol(member))]));
  }

  /** Returns how the driver represents a type: `string`, `number`, `boolean`, `Date`, `Buffer`, a list of those, or `json`. */
  private kindOf(type: ts.Type): string {
    const known = this.checker.getNonNullableType(type);
    if (known.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.Never)) return 'any';
    if (known.flags & ts.TypeFlags.StringLike) return 'string';
    if (known.flags & ts.TypeFlags.NumberLike) return 'number';
    if (known.flags & ts.TypeFlags.BooleanLike) return 'boolean';
    if (known.isUnion()) {
      // An object or list type can refer to itself.
      if (!known.types.every(({ flags }) => flags & PRIMITIVE)) return 'json';
      const kinds = new Set(known.types.map((one) => this.kindOf(one)));
      return kinds.size === 1 ? ([...kinds][0] ?? 'json') : 'json';
    }
    if (this.checker.isArrayType(known)) {
      const [element] = this.checker.getTypeArguments(known as ts.TypeReference);
      return element === undefined ? 'json' : `${this.kindOf(element)}[]`;
    }
    const name = known.symbol?.name;
    return name === 'Date' || name === 'Buffer' ? name : 'json';
  }

  /** Returns the value of a constant expression; `undefined` for any other expression. */
  private valueOf(node: ts.Node): unknown {
    if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) return node.text;
    if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) {
      return this.valueOf(node.expression);
    }
    if (ts.isTemplateExpression(node)) return this.template(node);
    if (ts.isObjectLiteralExpression(node)) return this.object(node);
    if (ts.isIdentifier(node)) return this.constant(node);
    if (ts.isPropertyAccessExpression(node)) {
      const owner = this.valueOf(node.expression);
      return typeof owner === 'object' && owner !== null
        ? (owner as Record<string, unknown>)[node.name.text]
        : undefined;
    }
    // Both branches return the same columns.
    if (ts.isConditionalExpression(node)) return this.valueOf(node.whenTrue);
    if (ts.isCallExpression(node)) return this.call(node);
    return undefined;
  }

  private call({ expression, arguments: [argument] }: ts.CallExpression): string | undefined {
    const given = argument && this.valueOf(argument);
    if (given === undefined) return undefined;
    if (expression.getText() === 'selectOf') return selectOf(given as Record<string, string>);
    if (!ts.isPropertyAccessExpression(expression) || expression.name.text !== 'join') return undefined;
    if (!ts.isArrayLiteralExpression(expression.expression)) return undefined;
    // Assignments by `assignmentsOf` do not change the returned columns.
    const parts = expression.expression.elements.filter((element) => !ts.isSpreadElement(element));
    const values = parts.map((part) => this.valueOf(part));
    return values.every((value) => typeof value === 'string') ? values.join(given as string) : undefined;
  }

  private template(node: ts.TemplateExpression): string | undefined {
    let text = node.head.text;
    for (const { expression, literal } of node.templateSpans) {
      const value = this.valueOf(expression);
      if (typeof value !== 'string') return undefined;
      text += value + literal.text;
    }
    return text;
  }

  private object(node: ts.ObjectLiteralExpression): object | undefined {
    const result: Record<string, unknown> = {};
    for (const member of node.properties) {
      if (ts.isPropertyAssignment(member)) result[member.name.getText()] = this.valueOf(member.initializer);
      else if (ts.isShorthandPropertyAssignment(member)) {
        const symbol = this.checker.getShorthandAssignmentValueSymbol(member);
        result[member.name.text] = symbol && this.valueOfSymbol(symbol);
      } else if (ts.isSpreadAssignment(member)) Object.assign(result, this.valueOf(member.expression));
      else return undefined;
    }
    return result;
  }

  private constant(node: ts.Identifier): unknown {
    const symbol = this.checker.getSymbolAtLocation(node);
    return symbol && this.valueOfSymbol(symbol);
  }

  private valueOfSymbol(named: ts.Symbol): unknown {
    const symbol = named.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(named) : named;
    const declared = symbol.valueDeclaration;
    if (!declared || !ts.isVariableDeclaration(declared) || !declared.initializer) return undefined;
    const isConstant = (ts.getCombinedNodeFlags(declared) & ts.NodeFlags.Const) !== 0;
    return isConstant ? this.valueOf(declared.initializer) : undefined;
  }
}
