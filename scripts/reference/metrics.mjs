/** Writes the metrics page from the declarations in `src/`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { filesUnder, isTest } from '../steps/build.mjs';
import { root } from '../steps/process.mjs';
import { code, escaped, page, sentence, table } from './markdown.mjs';

/** A Nest provider or a prom-client constructor. */
const DECLARATION = /^(?:make)?(Counter|Gauge|Histogram|Summary)(?:Provider)?$/;

/** Returns the page, keyed by its path below `reference/`. */
export function metricsPages() {
  const metrics = filesUnder(join(root, 'src'))
    .filter((path) => path.endsWith('.ts') && !isTest(path))
    .flatMap(metricsIn)
    .sort((one, other) => one.name.localeCompare(other.name));
  const content = page(
    {
      title: 'Metrics',
      description: 'Every Prometheus metric of the product, with its type and labels.',
      source: 'the metric declarations of `src/`',
    },
    'Every process serves its metrics at `/metrics` on `HEALTH_PORT`, in the Prometheus text format. It also serves the default metrics of Node.js. Each process has only the metrics for its role.',
    table(
      ['Metric', 'Type', 'Labels', 'Description'],
      metrics.map(({ name, type, labels, help }) => [
        code(name),
        type,
        labels.length === 0 ? 'None' : labels.map(code).join(', '),
        escaped(sentence(help)),
      ]),
    ),
  );
  return new Map([['metrics.md', content]]);
}

function metricsIn(path) {
  const text = readFileSync(path, 'utf8');
  if (!text.includes('coresdk_')) return [];
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node) => {
    if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && ts.isIdentifier(node.expression)) {
      const [, type] = DECLARATION.exec(node.expression.text) ?? [];
      const [options] = node.arguments ?? [];
      if (type !== undefined && options !== undefined && ts.isObjectLiteralExpression(options)) {
        found.push({ type: type.toLowerCase(), ...declarationOf(file, options) });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function declarationOf(file, options) {
  const members = new Map(
    options.properties.filter(ts.isPropertyAssignment).map((member) => [member.name.getText(), member.initializer]),
  );
  const labels = members.get('labelNames');
  return {
    name: textOf(file, members.get('name')),
    help: textOf(file, members.get('help')),
    labels: labels === undefined ? [] : arrayOf(file, labels),
  };
}

function arrayOf(file, node) {
  const array = ts.isAsExpression(node) ? node.expression : node;
  if (!ts.isArrayLiteralExpression(array))
    throw new Error(`${file.fileName}: the labels of a metric are not an array literal`);
  return array.elements.map((element) => textOf(file, element));
}

/** Returns a string literal, or the value of a string constant in the same file. */
function textOf(file, node) {
  if (node !== undefined && ts.isStringLiteralLike(node)) return node.text;
  if (node !== undefined && ts.isIdentifier(node)) {
    for (const statement of file.statements.filter(ts.isVariableStatement)) {
      for (const { name, initializer } of statement.declarationList.declarations) {
        if (name.getText() === node.text && initializer !== undefined) return textOf(file, initializer);
      }
    }
  }
  throw new Error(`${file.fileName}: the name or help of a metric is not a plain string`);
}
