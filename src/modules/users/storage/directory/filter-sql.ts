import type { Bind } from '../../../../kernel/lists/keyset-list';
import type { DirectoryComparison, DirectoryFilter, DirectoryPath } from '../../contract/directory-filter.types';

/** A column, or an expression over columns, that contains an attribute. */
export interface AttributeColumn {
  readonly sql: string;
  readonly type: 'text' | 'timestamptz' | 'boolean';
  /**
   * True if the value is stored case-folded, in the order of an index (`COLLATE "C"`), and is never NULL. A prefix match is then a range.
   */
  readonly isKey?: boolean;
}

/**
 * The locations of attributes of users, groups or members. All SQL comes from this code, and every name from a schema is bound as a
 * parameter.
 */
export interface AttributePlaces {
  /** Columns by `name` or `name.sub`. */
  readonly columns: Readonly<Record<string, AttributeColumn>>;
  /** SQL expression for the jsonb value that contains a core attribute; `undefined` for a member of `profile`. */
  readonly lists: Readonly<Record<string, string>>;
  readonly profile: string;
}

const OPERATORS = { eq: '=', gt: '>', ge: '>=', lt: '<', le: '<=' } as const;

/** Matches a non-empty string, a number or a boolean at any depth (RFC 7644 §3.4.2.2, `pr`). */
const SOMETHING = '$.** ? ((@.type() == "string" && @ != "") || @.type() == "number" || @.type() == "boolean")';

/** Translates the filters of one statement. */
export class FilterSql {
  private scopes = 0;

  constructor(
    private readonly places: AttributePlaces,
    private readonly bind: Bind,
  ) {}

  /** Returns an SQL condition. The condition evaluates to NULL, which counts as false, if a value is absent. */
  condition(filter: DirectoryFilter, scope: string | null = null): string {
    switch (filter.kind) {
      case 'and':
      case 'or':
        return `(${filter.parts.map((part) => this.condition(part, scope)).join(` ${filter.kind.toUpperCase()} `)})`;
      case 'not':
        return `(${this.condition(filter.part, scope)}) IS NOT TRUE`;
      case 'present':
        return this.present(filter.path, scope);
      case 'values':
        return this.some(filter.path, scope, (value) => this.condition(filter.part, value));
      case 'compare':
        return this.compare(filter.path, filter.op, filter.value, scope);
    }
  }

  /** Returns the sort key of a list (an expression that is never NULL) and its type. */
  order(path: DirectoryPath): { readonly sql: string; readonly type: string } {
    const column = this.column(path, null);
    if (column !== null && column.type !== 'boolean') {
      const isNeverNull = column.type === 'timestamptz' || column.isKey === true;
      if (isNeverNull) return { sql: column.sql, type: column.type };
      return { sql: `coalesce(${column.sql}, chr(1114111)) COLLATE "C"`, type: 'text' };
    }
    const value = column === null ? this.orderedText(path) : `(${column.sql})::text`;
    return { sql: `coalesce(${value}, chr(1114111)) COLLATE "C"`, type: 'text' };
  }

  /** Sorts an attribute with several values by its primary value, or by its first value if none is primary (RFC 7644 §3.4.2.3). */
  private orderedText(path: DirectoryPath): string {
    const fold = (sql: string): string => (path.isCaseExact ? sql : folded(sql));
    if (!path.isMultiValued) return fold(this.textOf(path, this.jsonOf(path, null)));
    const text = path.sub === null ? `v.value #>> '{}'` : `v.value ->> ${this.bind(path.sub)}::text`;
    return `(SELECT ${fold(text)} FROM ${elements(this.jsonOf(path, null))} WITH ORDINALITY AS v (value, place)
      ORDER BY v.value -> 'primary' IS DISTINCT FROM 'true', v.place LIMIT 1)`;
  }

  private compare(
    path: DirectoryPath,
    op: DirectoryComparison,
    value: string | number | boolean,
    scope: string | null,
  ): string {
    const column = this.column(path, scope);
    if (column !== null) return this.compareColumn(column, path, op, value);
    const json = this.jsonOf(path, scope);
    if (!path.isMultiValued) return this.compareJson(this.member(path, json), path, op, value);
    return this.someOf(json, (one) => this.compareJson(this.member(path, one), path, op, value));
  }

  private compareColumn(
    { sql, type, isKey = false }: AttributeColumn,
    path: DirectoryPath,
    op: DirectoryComparison,
    value: string | number | boolean,
  ): string {
    if (type === 'boolean') return `(${sql}) = ${this.bind(value)}::boolean`;
    if (type === 'timestamptz') return this.compareMoment(sql, op, value);
    const key = this.bind(value);
    if (isKey && op === 'sw') return `(${sql} >= ${key}::text AND ${sql} < ${key}::text || chr(1114111))`;
    return compareText(path.isCaseExact || isKey ? sql : folded(sql), op, key);
  }

  /**
   * Compares times at the millisecond precision of responses, although the column is more precise. Uses bounds, which an index supports.
   */
  private compareMoment(sql: string, op: DirectoryComparison, value: string | number | boolean): string {
    const from = `${this.bind(new Date(Number(value)).toISOString())}::timestamptz`;
    const until = `${from} + interval '1 millisecond'`;
    if (op === 'eq') return `(${sql} >= ${from} AND ${sql} < ${until})`;
    return `${sql} ${op === 'ge' || op === 'gt' ? '>=' : '<'} ${op === 'ge' || op === 'lt' ? from : until}`;
  }

  private compareJson(
    json: string,
    { type, isCaseExact }: DirectoryPath,
    op: DirectoryComparison,
    value: string | number | boolean,
  ): string {
    const text = `(${json} #>> '{}')`;
    switch (type) {
      case 'boolean':
        return `${json} = to_jsonb(${this.bind(value)}::boolean)`;
      case 'number':
        return `CASE jsonb_typeof(${json}) WHEN 'number' THEN ${text}::numeric ${operator(op)} ${this.bind(value)}::numeric END`;
      case 'dateTime':
        // A value stored while the attribute had a different type might not be a date. That is not the caller's error.
        return `CASE WHEN ${text} ~ '^\\d{4}-\\d\\d-\\d\\dT' AND pg_input_is_valid(${text}, 'timestamptz')
          THEN ${momentOf(`${text}::timestamptz`)} ${operator(op)} ${this.bind(value)}::bigint END`;
      case 'text':
      case 'complex':
        return compareText(isCaseExact ? text : folded(text), op, this.bind(value));
    }
  }

  private present(path: DirectoryPath, scope: string | null): string {
    const column = this.column(path, scope);
    if (column !== null) return column.type === 'text' ? `${column.sql} <> ''` : `${column.sql} IS NOT NULL`;
    const json = this.jsonOf(path, scope);
    const isThere = (one: string): string => `jsonb_path_exists(${this.member(path, one)}, '${SOMETHING}')`;
    return path.isMultiValued ? this.someOf(json, isThere) : isThere(json);
  }

  private some(path: DirectoryPath, scope: string | null, condition: (value: string) => string): string {
    const json = this.jsonOf(path, scope);
    return path.isMultiValued ? this.someOf(json, condition) : condition(json);
  }

  private someOf(json: string, condition: (value: string) => string): string {
    const scope = `v${this.scopes++}`;
    return `EXISTS (SELECT FROM ${elements(json)} AS ${scope} (value) WHERE ${condition(`${scope}.value`)})`;
  }

  private column({ root: [name, ...rest], sub }: DirectoryPath, scope: string | null): AttributeColumn | null {
    if (scope !== null || name === undefined || rest.length > 0) return null;
    const key = sub === null ? name : `${name}.${sub}`;
    return Object.hasOwn(this.places.columns, key) ? (this.places.columns[key] ?? null) : null;
  }

  /** Returns the SQL for the jsonb value at a path, or for all of its values. */
  private jsonOf({ root }: DirectoryPath, scope: string | null): string {
    const [name, ...rest] = root;
    if (name === undefined) {
      if (scope === null) throw new Error('Only a value in a list can have a path without names.');
      return scope;
    }
    const list = scope === null && rest.length === 0 && Object.hasOwn(this.places.lists, name);
    if (list) return `(${this.places.lists[name] ?? 'NULL::jsonb'})`;
    return `(${scope ?? this.places.profile} #> ${this.bind([...root])}::text[])`;
  }

  private member({ sub }: DirectoryPath, json: string): string {
    return sub === null ? json : `(${json} -> ${this.bind(sub)}::text)`;
  }

  private textOf(path: DirectoryPath, json: string): string {
    return `(${this.member(path, json)} #>> '{}')`;
  }
}

/** Returns SQL for the elements of a list; it selects no rows if the value is not a list. */
function elements(json: string): string {
  return `jsonb_array_elements(CASE jsonb_typeof(${json}) WHEN 'array' THEN ${json} END)`;
}

/** Folds a string in the same way as `foldedText`. */
function folded(sql: string): string {
  return `normalize(lower(normalize(${sql}, NFKC)), NFKC)`;
}

/** Truncates a time to milliseconds, the precision of responses, for comparison. */
function momentOf(sql: string): string {
  return `floor(extract(epoch FROM ${sql}) * 1000)`;
}

function operator(op: DirectoryComparison): string {
  if (op === 'co' || op === 'sw' || op === 'ew') throw new Error('Only strings support this operator.');
  return OPERATORS[op];
}

function compareText(sql: string, op: DirectoryComparison, key: string): string {
  if (op === 'co') return `position(${key}::text IN ${sql}) > 0`;
  if (op === 'sw') return `starts_with(${sql}, ${key}::text)`;
  if (op === 'ew') return `right(${sql}, length(${key}::text)) = ${key}::text`;
  if (op === 'eq') return `${sql} = ${key}::text`;
  return `${sql} COLLATE "C" ${operator(op)} ${key}::text`;
}
