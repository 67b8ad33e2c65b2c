import { createRequire } from 'node:module';
import { blockLines, commentParagraphs, readLineComments } from './read-comments.mjs';
import { HIDDEN, hideCode, Segment, unescape } from './segment.mjs';

// An import takes half a second longer, because Node scans the entire file to detect its format.
const ts = createRequire(import.meta.url)('typescript');

const TEST_FUNCTIONS = new Set(['describe', 'it', 'test', 'suite']);

/** Statements and fragments of SQL, which are code and not prose. */
const SQL =
  /^\s*(?:--|\(?(?:SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|ALTER|DROP|GRANT|REVOKE|SET|FROM|WHERE|AND|OR|ORDER BY|LIMIT|ON CONFLICT|RETURNING|VALUES|(?:LEFT |CROSS )?JOIN|CASE|LOCK|LISTEN|TRUNCATE|VACUUM|ANALYZE|EXPLAIN|COPY|DO)\b)|\b(?:SELECT\b[^]+\bFROM|INSERT INTO|DELETE FROM|UPDATE \S+ SET|(?:CREATE|ALTER|DROP) (?:TABLE|INDEX|FUNCTION|TRIGGER|UNIQUE|SCHEMA|ROLE|DATABASE)|LATERAL|CASE WHEN|AND \w+ =|timestamptz '|interval ')\b/;

/** HTML, CSS, JavaScript, Rego and JSON in strings. */
const OTHER_CODE =
  /<\/?(?:a|p|div|span|html|head|body|form|input|button|svg|path|style|script|h\d|ul|li|table|meta|link|section|main|label|br|strong)\b[^>]*>|=>|;\s*\n|\b(?:const|let) \w+ =|\bfunction\s*\w*\(|^\s*[{[][^]*[}\]]\s*$|^\s*package \w+|\n\s*package \w+|:=|\{\s*[\w-]+:\s*[^}]*;\s*\}|^\s*import \w|^\s*\w+: \S+\n/;

const GERMAN = /\b(?:und|nicht|Sie|Ihr|Ihre[mnrs]?|werden|wird|der|die|das|ist|ein|eine|mit|für|zu|im|auf|oder|bei)\b/g;

/** Returns the comments, the strings with two or more words, and the declared names of a TypeScript or JavaScript file. */
export function readCode(path, source) {
  const file = ts.createSourceFile(
    path,
    source,
    {
      languageVersion: ts.ScriptTarget.Latest,
      jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
    },
    false,
    path.endsWith('.ts') || path.endsWith('.mts') || path.endsWith('.cts') ? ts.ScriptKind.TS : ts.ScriptKind.JS,
  );
  const segments = [];
  /** The ranges of strings, templates and regular expressions. They can contain `//` and `/*`. */
  const opaque = [];
  const startOf = (node) => ts.skipTrivia(source, node.pos);

  const visit = (node, isTitle) => {
    switch (node.kind) {
      case ts.SyntaxKind.StringLiteral:
      case ts.SyntaxKind.NoSubstitutionTemplateLiteral:
        opaque.push([startOf(node), node.end]);
        addString([node], isTitle);
        return;
      case ts.SyntaxKind.RegularExpressionLiteral:
        opaque.push([startOf(node), node.end]);
        return;
      case ts.SyntaxKind.TemplateExpression:
        markTemplate(node);
        addString([node], isTitle);
        for (const span of node.templateSpans) visit(span.expression, false);
        return;
      case ts.SyntaxKind.TaggedTemplateExpression:
        markTagged(node);
        return;
      case ts.SyntaxKind.ImportDeclaration:
      case ts.SyntaxKind.ExportDeclaration:
        opaque.push([startOf(node), node.end]);
        return;
      case ts.SyntaxKind.BinaryExpression:
        if (node.operatorToken.kind === ts.SyntaxKind.PlusToken && visitSum(node, isTitle)) return;
        break;
      case ts.SyntaxKind.CallExpression:
        visitCall(node);
        return;
      case ts.SyntaxKind.PropertyAssignment:
        if (node.name.kind === ts.SyntaxKind.StringLiteral) opaque.push([startOf(node.name), node.name.end]);
        else if (node.name.kind === ts.SyntaxKind.ComputedPropertyName) visit(node.name.expression, false);
        visit(node.initializer, false);
        return;
      default:
        if (node.name?.kind === ts.SyntaxKind.Identifier && isDeclaration(node)) addName(node);
    }
    ts.forEachChild(node, (child) => visit(child, false));
  };

  const addName = (node) => {
    const isText =
      node.type?.kind === ts.SyntaxKind.StringKeyword ||
      (node.initializer !== undefined && isString(node.initializer) && node.initializer.text !== '');
    segments.push(new Segment('name', { isText }).add(node.name.text, startOf(node.name)));
  };

  const visitCall = (node) => {
    const isTest = TEST_FUNCTIONS.has(rootName(node.expression));
    visit(node.expression, false);
    for (const [index, argument] of node.arguments.entries()) visit(argument, isTest && index === 0);
  };

  const markTagged = (node) => {
    visit(node.tag, false);
    const { template } = node;
    if (template.kind === ts.SyntaxKind.NoSubstitutionTemplateLiteral) opaque.push([startOf(template), template.end]);
    else {
      markTemplate(template);
      for (const span of template.templateSpans) visit(span.expression, false);
    }
    if (node.tag.kind === ts.SyntaxKind.Identifier && /^sql/i.test(node.tag.text)) addSqlComments(template);
  };

  const markTemplate = (node) => {
    opaque.push([startOf(node.head), node.head.end]);
    for (const { literal } of node.templateSpans) opaque.push([startOf(literal), literal.end]);
  };

  /** Reads `'one ' + name + 'two'` as one string. Returns false if no operand is a string. */
  const visitSum = (node, isTitle) => {
    const parts = [];
    const flatten = (part) => {
      if (part.kind === ts.SyntaxKind.BinaryExpression && part.operatorToken.kind === ts.SyntaxKind.PlusToken) {
        flatten(part.left);
        flatten(part.right);
      } else parts.push(part);
    };
    flatten(node);
    if (!parts.some(isString)) return false;
    for (const part of parts) {
      if (part.kind === ts.SyntaxKind.TemplateExpression) {
        markTemplate(part);
        for (const span of part.templateSpans) visit(span.expression, false);
      } else if (isString(part)) opaque.push([startOf(part), part.end]);
      else visit(part, false);
    }
    addString(parts, isTitle);
    return true;
  };

  const addSqlComments = (node) => {
    const start = startOf(node);
    segments.push(...readLineComments(source.slice(start + 1, node.end - 1), 'sql', start + 1));
  };

  const addString = (parts, isTitle) => {
    const segment = new Segment(isTitle ? 'title' : 'string', { isFirst: true });
    for (const part of parts) appendString(segment, part);
    if (
      !/[A-Za-z]{2,}[^\w\s]*\s+(?:[^\w\s]*[A-Za-z]|\uE000)|\uE000[^\w\s]*\s+[^\w\s]*[A-Za-z]{2,}|[\d\uE000] %/.test(
        segment.text,
      )
    )
      return;
    if (SQL.test(segment.text)) {
      for (const part of parts)
        if (isString(part) && source.slice(startOf(part), part.end).includes('--')) addSqlComments(part);
      return;
    }
    if (OTHER_CODE.test(segment.text) || (segment.text.match(GERMAN)?.length ?? 0) >= 2) return;
    segment.text = hideCode(segment.text);
    segments.push(segment);
  };

  const appendString = (segment, part) => {
    const start = startOf(part);
    if (part.kind === ts.SyntaxKind.TemplateExpression) {
      const head = source.slice(start + 1, part.head.end - 2);
      segment.append(head, start + 1, unescape(head));
      let from = part.head.end - 2;
      for (const { literal } of part.templateSpans) {
        const literalStart = startOf(literal);
        // `${value}` counts as one word, regardless of the expression.
        segment.append(source.slice(from, literalStart + 1), from, HIDDEN.repeat(literalStart + 1 - from));
        const isLast = literal.kind === ts.SyntaxKind.TemplateTail;
        const text = source.slice(literalStart + 1, literal.end - (isLast ? 1 : 2));
        segment.append(text, literalStart + 1, unescape(text));
        from = literal.end - 2;
      }
    } else if (isString(part)) {
      const text = source.slice(start + 1, part.end - 1);
      segment.append(text, start + 1, unescape(text));
    } else segment.append(source.slice(start, part.end), start, HIDDEN.repeat(part.end - start));
  };

  ts.forEachChild(file, (node) => visit(node, false));
  segments.push(...readComments(source, opaque));
  return segments;
}

const isString = (node) =>
  node.kind === ts.SyntaxKind.StringLiteral ||
  node.kind === ts.SyntaxKind.NoSubstitutionTemplateLiteral ||
  node.kind === ts.SyntaxKind.TemplateExpression;

const DECLARATIONS = new Set([
  ts.SyntaxKind.ClassDeclaration,
  ts.SyntaxKind.FunctionDeclaration,
  ts.SyntaxKind.InterfaceDeclaration,
  ts.SyntaxKind.TypeAliasDeclaration,
  ts.SyntaxKind.VariableDeclaration,
  ts.SyntaxKind.Parameter,
  ts.SyntaxKind.MethodDeclaration,
  ts.SyntaxKind.MethodSignature,
  ts.SyntaxKind.PropertyDeclaration,
  ts.SyntaxKind.BindingElement,
  ts.SyntaxKind.GetAccessor,
  ts.SyntaxKind.EnumDeclaration,
  ts.SyntaxKind.ClassExpression,
  ts.SyntaxKind.FunctionExpression,
]);
const isDeclaration = (node) => DECLARATIONS.has(node.kind);

/** Returns `describe` for `describe`, `describe.each(rows)`, `describe.skip` and similar expressions. */
function rootName(expression) {
  let node = expression;
  while (node.expression !== undefined || node.tag !== undefined) node = node.expression ?? node.tag;
  return node.kind === ts.SyntaxKind.Identifier ? node.text : undefined;
}

/** Returns the comments outside the opaque ranges. Consecutive `//` lines are one comment. */
function readComments(source, opaque) {
  opaque.sort(([a], [b]) => a - b);
  const segments = [];
  let lines = [];
  let lastEnd = -1;
  let next = 0;
  const flush = () => {
    segments.push(...commentParagraphs(lines, 'comment'));
    lines = [];
  };
  const marker = /\/\/|\/\*/g;
  for (let found = marker.exec(source); found !== null; found = marker.exec(source)) {
    const at = found.index;
    while (next < opaque.length && opaque[next][1] <= at) next += 1;
    if (next < opaque.length && opaque[next][0] <= at) {
      marker.lastIndex = opaque[next][1];
      continue;
    }
    if (found[0] === '//') {
      const lineEnd = source.indexOf('\n', at);
      const end = lineEnd < 0 ? source.length : lineEnd;
      if (source.slice(lastEnd, at).trim() !== '' || source.slice(lastEnd, at).split('\n').length > 2) flush();
      lines.push({ text: source.slice(at + 2, end).replace(/^\/+/, ''), start: at + 2 });
      lastEnd = end;
      marker.lastIndex = end;
    } else {
      flush();
      const close = source.indexOf('*/', at + 2);
      const end = close < 0 ? source.length : close + 2;
      const kind = source.startsWith('/**', at) ? 'docstring' : 'comment';
      segments.push(...commentParagraphs(blockLines(source, at, end), kind));
      lastEnd = end;
      marker.lastIndex = end;
    }
  }
  flush();
  return segments;
}
