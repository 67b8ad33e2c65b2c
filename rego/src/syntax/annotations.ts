import { groupBy } from '../group-by.js';
import { RegoError } from '../errors.js';
import type { Annotations, Comment, Import, Module, Rule } from './ast.js';
import { isGround } from './ground.js';
import { MetadataFault, readMetadata } from './metadata.js';

type Scope = Annotations['scope'];

interface Block {
  readonly marker: Comment;
  readonly lines: Comment[];
}

type Statement =
  | { readonly kind: 'package'; readonly row: number }
  | { readonly kind: 'import'; readonly row: number; readonly item: Import }
  | { readonly kind: 'rule'; readonly row: number; readonly item: Rule };

export type Attached =
  { readonly ok: true; readonly module: Module } | { readonly ok: false; readonly errors: readonly RegoError[] };

/** YAML is slow to read, and each rule has only one block. No real policy exceeds these limits. */
const MAX_BLOCKS = 1_000;
const MAX_METADATA_CHARS = 256 * 1024;

const SCOPES: readonly Scope[] = ['rule', 'document', 'package', 'subpackages'];

/**
 * Reads the `# METADATA` blocks in a module's comments and attaches them to the statement that follows: the package, or rules. A block of
 * scope `document` is attached to all rules with that name. Errors are `rego_parse_error`, located at the block or at its invalid line (OPA
 * `annotations.go`).
 */
export const attachAnnotations = (module: Module): Attached => {
  const blocks = findBlocks(module.comments);
  const size = blocks.reduce((sum, { lines }) => sum + lines.reduce((chars, { text }) => chars + text.length, 0), 0);
  const [first] = blocks;
  if (first === undefined) {
    return { ok: true, module };
  }
  if (blocks.length > MAX_BLOCKS || size > MAX_METADATA_CHARS) {
    const message = `a file can have at most ${MAX_BLOCKS} METADATA blocks with ${MAX_METADATA_CHARS} characters; split the file`;
    return { ok: false, errors: [parseError(first.marker, message)] };
  }
  const errors: RegoError[] = [];
  const placed: Placed[] = [];
  const statements = statementsOf(module);
  let next = 0;
  for (const block of blocks) {
    while ((statements[next]?.row ?? Infinity) <= block.marker.loc.row) {
      next++;
    }
    const result = place(block, statements[next]);
    if (result instanceof RegoError) {
      errors.push(result);
    } else {
      placed.push(result);
    }
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, module: withAnnotations(module, placed) };
};

interface Placed {
  readonly annotations: Annotations;
  readonly rule: Rule | undefined;
}

const parseError = ({ loc }: Comment, message: string): RegoError => new RegoError('rego_parse_error', message, loc);

/** Finds the blocks. A block continues as long as the next line has a comment in the first column. */
const findBlocks = (comments: readonly Comment[]): Block[] => {
  const blocks: Block[] = [];
  let current: Block | undefined;
  let previousRow = 0;
  for (const comment of comments) {
    const { row, col } = comment.loc;
    const goesOn: boolean = current !== undefined && row === previousRow + 1 && col === 1;
    previousRow = row;
    if (goesOn) {
      current?.lines.push(comment);
      continue;
    }
    current = undefined;
    if (comment.text.trim().startsWith('METADATA')) {
      current = { marker: comment, lines: [] };
      blocks.push(current);
    }
  }
  return blocks;
};

const statementsOf = ({ package: { loc }, imports, rules }: Module): Statement[] => [
  { kind: 'package', row: loc.row },
  ...[
    ...imports.map((item): Statement => ({ kind: 'import', row: item.loc.row, item })),
    ...rules.map((item): Statement => ({ kind: 'rule', row: item.loc.row, item })),
  ].toSorted((left, right) => left.row - right.row),
];

const place = ({ marker, lines }: Block, target: Statement | undefined): Placed | RegoError => {
  const read = readMetadata(lines.map(({ text }) => text.replace(/^ /, '')));
  if (read instanceof MetadataFault) {
    const line = read.line === undefined ? lines[0] : (lines[read.line - 1] ?? lines.at(-1));
    return parseError(line ?? marker, read.message);
  }
  const { scope: written, ...members } = read;
  const entrypoint = members['entrypoint'] === true;
  const scope = written === '' ? defaultScope(target, entrypoint) : written;
  const fault = scopeFault(scope, target, entrypoint);
  if (fault !== undefined || !isScope(scope)) {
    return parseError(marker, fault ?? '');
  }
  const loc = { ...marker.loc, text: [marker, ...lines].map((line) => line.loc.text).join('\n') };
  return {
    annotations: { loc, scope, raw: { scope, ...members } },
    rule: target?.kind === 'rule' ? target.item : undefined,
  };
};

const isScope = (scope: string): scope is Scope => (SCOPES as readonly string[]).includes(scope);

const defaultScope = (target: Statement | undefined, entrypoint: boolean): string => {
  if (target?.kind === 'rule') {
    return entrypoint ? 'document' : 'rule';
  }
  return target?.kind ?? '';
};

const scopeFault = (scope: string, target: Statement | undefined, entrypoint: boolean): string | undefined => {
  if (!isScope(scope)) {
    return `invalid annotation scope '${scope}'. Use one of 'rule', 'document', 'package', or 'subpackages'`;
  }
  const wanted = scope === 'rule' || scope === 'document' ? 'rule' : 'package';
  if (target?.kind !== wanted) {
    const have = target === undefined ? '' : ` (have ${target.kind})`;
    return `annotation scope '${scope}' must be applied to ${wanted}${have}`;
  }
  return entrypoint && (scope === 'rule' || scope === 'subpackages')
    ? `annotation entrypoint applied to non-document or package scope '${scope}'`
    : undefined;
};

/** Returns the name to which a block of scope `document` applies: a rule's name with the constant part of its path. */
const documentOf = ({ head }: Rule): string => {
  const open = head.path.findIndex((element) => !isGround(element));
  const constant = open < 0 ? head.path : head.path.slice(0, open);
  const elements = constant.map((element) =>
    element.kind === 'string' ? JSON.stringify(element.value) : element.loc.text,
  );
  return [head.name.name, ...elements].join('/');
};

const withAnnotations = (module: Module, placed: readonly Placed[]): Module => {
  const byDocument = groupBy(
    placed.filter(({ rule }) => rule !== undefined),
    ({ rule }) => (rule === undefined ? '' : documentOf(rule)),
  );
  const rules = module.rules.map((rule) => {
    const own = byDocument
      .get(documentOf(rule))
      ?.filter(({ annotations, rule: target }) => annotations.scope === 'document' || target === rule)
      .map(({ annotations }) => annotations);
    return own === undefined ? rule : { ...rule, annotations: own };
  });
  const annotations = placed.filter(({ rule }) => rule === undefined).map((item) => item.annotations);
  return { ...module, rules, annotations };
};
