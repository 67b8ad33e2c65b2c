import { BuiltinError } from '../../errors.js';
import type { Budget } from '../../evaluate/budget.js';
import { RegoObject } from '../../values/object.js';
import { stringifyJson } from '../../values/stringify-json.js';
import { isArray } from '../../values/type-name.js';
import type { Value } from '../../values/value.js';
import { isObject } from '../operands.js';
import { compilePattern, type Pattern } from '../regex/pattern.js';
import { readArray, readBounds, readRequired, readSizes, readString, readTypes, type Draft } from './read-keywords.js';
import { resolveReference } from './references.js';
import { invalidType, SchemaFault } from './schema-fault.js';
import { emptyNode, type SchemaNode } from './schema-node.js';

const MAX_SCHEMA_DEPTH = 200;
const STEPS_PER_SCHEMA = 32;
const BYTES_PER_SCHEMA = 1_024;
const DRAFTS: ReadonlyMap<string, Draft> = new Map([
  ['http://json-schema.org/draft-04/schema', 4],
  ['http://json-schema.org/draft-06/schema', 6],
  ['http://json-schema.org/draft-07/schema', 7],
]);

/** Compiles a schema of draft 4, 6 or 7. Throws `SchemaFault` for an invalid schema. */
export function compileSchema(schema: Value, budget: Budget): SchemaNode {
  return new SchemaCompiler(schema, budget).compile();
}

class SchemaCompiler {
  private readonly draft: Draft;
  private readonly byReference = new Map<string, SchemaNode>();
  private readonly subschemas = new Map<string, Value>();

  constructor(
    private readonly root: Value,
    private readonly budget: Budget,
  ) {
    const version = isObject(root) ? readString(root, '$schema') : undefined;
    this.draft = DRAFTS.get((version ?? '').replace(/#$/, '')) ?? 'hybrid';
    this.collectIds(root, 0);
  }

  compile(): SchemaNode {
    return this.fill(emptyNode(), this.root, 0);
  }

  private collectIds(value: Value, depth: number): void {
    this.checkDepth(depth);
    this.budget.step();
    if (isArray(value)) {
      for (const item of value) {
        this.collectIds(item, depth + 1);
      }
    } else if (isObject(value)) {
      const id = value.get('$id') ?? value.get('id');
      if (typeof id === 'string' && id !== '') {
        this.subschemas.set(id.replace(/(?<=.)#$/, ''), value);
      }
      for (const [, member] of value.entries()) {
        this.collectIds(member, depth + 1);
      }
    }
  }

  private checkDepth(depth: number): void {
    if (depth > MAX_SCHEMA_DEPTH) {
      throw new SchemaFault(`a schema can nest at most ${MAX_SCHEMA_DEPTH} levels deep`);
    }
  }

  private node(schema: Value, depth: number): SchemaNode {
    return this.fill(emptyNode(), schema, depth + 1);
  }

  /** `true` and `false` are schemas in draft 6 and later. */
  private isSchema(value: Value): boolean {
    return typeof value === 'boolean' || isObject(value);
  }

  private fill(node: SchemaNode, schema: Value, depth: number): SchemaNode {
    this.checkDepth(depth);
    this.budget.step(STEPS_PER_SCHEMA);
    this.budget.allocate(BYTES_PER_SCHEMA);
    if (typeof schema === 'boolean' && this.draft !== 4) {
      node.pass = schema;
      return node;
    }
    if (!isObject(schema)) {
      throw new SchemaFault('Expected: schema, given: Invalid JSON');
    }
    readString(schema, '$id');
    this.readDefinitions(schema, depth);
    readString(schema, 'title');
    readString(schema, 'description');
    const reference = readString(schema, '$ref');
    if (reference !== undefined) {
      node.ref = this.reference(reference, depth);
      return node;
    }
    node.types = readTypes(schema.get('type'));
    this.readObjectKeywords(node, schema, depth);
    this.readArrayKeywords(node, schema, depth);
    node.bounds = readBounds(schema, this.draft);
    node.sizes = readSizes(schema);
    this.readStringKeywords(node, schema);
    node.required = readRequired(schema);
    this.readValues(node, schema);
    this.readCombinations(node, schema, depth);
    return node;
  }

  private readDefinitions(schema: RegoObject, depth: number): void {
    const definitions = schema.get('definitions');
    if (definitions === undefined) {
      return;
    }
    if (!isObject(definitions)) {
      throw invalidType('array of schemas', 'definitions');
    }
    for (const [, definition] of definitions.entries()) {
      if (!this.isSchema(definition)) {
        throw invalidType('array of schemas', 'definitions');
      }
      this.node(definition, depth);
    }
  }

  /** Compiles each target once, so that schemas can refer to themselves. */
  private reference(reference: string, depth: number): SchemaNode {
    const known = this.byReference.get(reference);
    if (known !== undefined) {
      return known;
    }
    const node = emptyNode();
    this.byReference.set(reference, node);
    const target = resolveReference(reference, this.root, this.subschemas);
    if (!this.isSchema(target)) {
      throw new SchemaFault('schema must be of type object');
    }
    return this.fill(node, target, depth + 1);
  }

  private readObjectKeywords(node: SchemaNode, schema: RegoObject, depth: number): void {
    const properties = schema.get('properties');
    if (properties !== undefined && !isObject(properties)) {
      throw new SchemaFault('properties must be of type object');
    }
    for (const [name, property] of properties?.entries() ?? []) {
      node.properties.push([name as string, this.node(property, depth)]);
    }
    const additional = this.booleanOrSchema(schema, 'additionalProperties', depth);
    if (additional !== undefined) {
      node.additionalProperties = additional;
    }
    this.readPatternProperties(node, schema, depth);
    const propertyNames = schema.get('propertyNames');
    if (propertyNames !== undefined && this.draft !== 4) {
      if (!this.isSchema(propertyNames)) {
        throw invalidType('schema', 'patternProperties');
      }
      node.propertyNames = this.node(propertyNames, depth);
    }
    node.dependencies = this.readDependencies(schema, depth);
  }

  private booleanOrSchema(schema: RegoObject, key: string, depth: number): boolean | SchemaNode | undefined {
    const value = schema.get(key);
    if (value === undefined || typeof value === 'boolean') {
      return value;
    }
    if (!isObject(value)) {
      throw invalidType('boolean/schema', key);
    }
    return this.node(value, depth);
  }

  private readPatternProperties(node: SchemaNode, schema: RegoObject, depth: number): void {
    const patterns = schema.get('patternProperties');
    if (patterns !== undefined && !isObject(patterns)) {
      throw invalidType('schema', 'patternProperties');
    }
    for (const [pattern, property] of patterns?.entries() ?? []) {
      const compiled = this.pattern(pattern as string, `Invalid regex pattern '${pattern as string}'`);
      node.patternProperties.push([compiled, this.node(property, depth)]);
    }
  }

  private pattern(source: string, message: string): Pattern {
    try {
      return compilePattern(source, this.budget);
    } catch (error) {
      throw error instanceof BuiltinError ? new SchemaFault(message) : error;
    }
  }

  private readDependencies(schema: RegoObject, depth: number): SchemaNode['dependencies'] {
    const dependencies = schema.get('dependencies');
    if (dependencies !== undefined && !isObject(dependencies)) {
      throw new SchemaFault('dependencies must be of type object');
    }
    const read = new Map<string, readonly string[] | SchemaNode>();
    for (const [name, dependency] of dependencies?.entries() ?? []) {
      if (this.isSchema(dependency)) {
        read.set(name as string, this.node(dependency, depth));
      } else if (isArray(dependency) && dependency.every((item) => typeof item === 'string')) {
        read.set(name as string, dependency);
      } else {
        throw new SchemaFault('dependency must be of type schema or array of strings');
      }
    }
    return read;
  }

  private readArrayKeywords(node: SchemaNode, schema: RegoObject, depth: number): void {
    const items = schema.get('items');
    if (items !== undefined) {
      const isList = isArray(items);
      if (!(isList ? items.every((item) => this.isSchema(item)) : this.isSchema(items))) {
        throw invalidType('schema/array of schemas', 'items');
      }
      node.items = isList ? items.map((item) => this.node(item, depth)) : this.node(items, depth);
    }
    const additional = this.booleanOrSchema(schema, 'additionalItems', depth);
    if (additional !== undefined) {
      node.additionalItems = additional;
    }
    const unique = schema.get('uniqueItems') ?? false;
    if (typeof unique !== 'boolean') {
      throw new SchemaFault('uniqueItems must be of a boolean');
    }
    node.uniqueItems = unique;
    const contains = schema.get('contains');
    if (contains !== undefined && this.draft !== 4) {
      node.contains = this.node(contains, depth);
    }
  }

  private readStringKeywords(node: SchemaNode, schema: RegoObject): void {
    const pattern = readString(schema, 'pattern');
    if (pattern !== undefined) {
      node.pattern = this.pattern(pattern, 'pattern must be a valid regex');
    }
    node.format = readString(schema, 'format') ?? '';
  }

  private readValues(node: SchemaNode, schema: RegoObject): void {
    const constant = schema.get('const');
    if (constant !== undefined && this.draft !== 4) {
      node.constant = constant;
    }
    if (!schema.has('enum')) {
      return;
    }
    const values = readArray(schema, 'enum');
    if (new Set(values.map((value) => stringifyJson(value))).size < values.length) {
      throw new SchemaFault('enum items must be unique');
    }
    node.enumeration = values;
  }

  private readCombinations(node: SchemaNode, schema: RegoObject, depth: number): void {
    for (const key of ['oneOf', 'anyOf', 'allOf'] as const) {
      node[key] = readArray(schema, key).map((item) => this.node(item, depth));
    }
    for (const key of ['not', 'if', 'then', 'else'] as const) {
      const value = schema.get(key);
      if (value === undefined || (key !== 'not' && (this.draft === 4 || this.draft === 6))) {
        continue;
      }
      if (!this.isSchema(value)) {
        throw new SchemaFault(`${key} must be of an object`);
      }
      node[key] = this.node(value, depth);
    }
  }
}
