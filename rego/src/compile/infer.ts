import type { CallTerm, Comprehension, RefTerm, Term } from '../syntax/ast.js';
import type { ErrorList } from './error-list.js';
import type { FunctionTable } from './functions.js';
import { isRootDocument } from './names.js';
import { invalidReference, unsupportedReference } from './reference-errors.js';
import type { FunctionType, RuleTypes } from './rule-types.js';
import type { BuiltinSignature } from './signature.js';
import { isConstant, isScalar } from './syntax-walk.js';
import { termKey } from './term-key.js';
import { keysOf, selectKey, unifies, valuesOf } from './type-relations.js';
import { TypeScope } from './type-scope.js';
import {
  ANY,
  ARRAY,
  arrayType,
  BOOLEAN,
  declaredType,
  type Field,
  NULL,
  NUMBER,
  OBJECT,
  objectType,
  setType,
  STRING,
  type Type,
  unionType,
} from './types.js';

const UNKNOWN = '???';

/** Checks bodies during term inference, since comprehensions contain bodies. */
export interface BodyChecker {
  check(body: Comprehension['body'], scope: TypeScope): void;
}

/** Infers the types of terms. Reports references and calls that can never have a value. */
export class TermTypes {
  /** The types of closures, each of which is inferred only once. */
  private readonly closures = new Map<Term, Type>();
  private readonly signatures = new Map<BuiltinSignature, FunctionType>();

  constructor(
    private readonly rules: RuleTypes,
    private readonly functions: FunctionTable,
    private readonly errors: ErrorList,
    private readonly bodies: BodyChecker,
  ) {}

  /** Returns the type, or `undefined` for a variable whose type is not yet known. */
  infer(term: Term, scope: TypeScope): Type | undefined {
    switch (term.kind) {
      case 'null':
        return NULL;
      case 'boolean':
        return BOOLEAN;
      case 'number':
        return NUMBER;
      case 'string':
      case 'template':
        return STRING;
      case 'var':
        return isRootDocument(term.name) ? ANY : scope.get(term.name);
      case 'array':
        return term.items.length === 0 ? ARRAY : arrayType(this.all(term.items, scope), undefined);
      case 'set':
        return setType(unionType(this.all(term.items, scope)) ?? ANY);
      case 'object':
        return this.object(term.entries, scope);
      case 'ref':
        return this.reference(term, scope);
      case 'call':
        return this.call(term, scope, false);
      case 'arrayComprehension':
      case 'setComprehension':
      case 'objectComprehension':
        return this.closure(term, scope);
    }
  }

  private all(terms: readonly Term[], scope: TypeScope): Type[] {
    return terms.map((term) => this.infer(term, scope) ?? ANY);
  }

  private object(entries: readonly (readonly [Term, Term])[], scope: TypeScope): Type {
    const fields = new Map<string, Field>();
    const others: Field[] = [];
    for (const [key, value] of entries) {
      const field = { key: this.infer(key, scope) ?? ANY, value: this.infer(value, scope) ?? ANY };
      if (isConstant(key)) {
        fields.set(termKey(key), field);
      } else {
        others.push(field);
      }
    }
    const key = unionType(others.map((field) => field.key));
    const value = unionType(others.map((field) => field.value));
    if (key !== undefined && value !== undefined) {
      return objectType(fields, { key, value });
    }
    return fields.size === 0 ? OBJECT : objectType(fields, undefined);
  }

  private closure(term: Comprehension, scope: TypeScope): Type {
    const known = this.closures.get(term);
    if (known !== undefined) {
      return known;
    }
    const inner = new TypeScope(scope);
    this.bodies.check(term.body, inner);
    const value = this.infer(term.value, inner) ?? ANY;
    const type = this.closureType(term, value, inner);
    this.closures.set(term, type);
    return type;
  }

  private closureType(term: Comprehension, value: Type, inner: TypeScope): Type {
    switch (term.kind) {
      case 'arrayComprehension':
        return arrayType([], value);
      case 'setComprehension':
        return setType(value);
      case 'objectComprehension':
        return objectType(new Map(), { key: this.infer(term.key, inner) ?? ANY, value });
    }
  }

  private reference(term: RefTerm, scope: TypeScope): Type | undefined {
    if (term.head.kind === 'var' && term.head.name === 'data') {
      const { type, used } = this.rules.find(term.path);
      if (type !== 'function') {
        return this.select(type, term, used, scope);
      }
      this.errors.add('rego_type_error', unsupportedReference(term, used, 'function'), term.loc);
      return undefined;
    }
    const head = this.infer(term.head, scope);
    return head && this.select(head, term, 0, scope);
  }

  /** Follows the path from an element onward. Variables in the path get the type of the keys. */
  private select(start: Type, term: RefTerm, from: number, scope: TypeScope): Type | undefined {
    let type = start;
    for (let position = from; position < term.path.length; position++) {
      const part = term.path[position];
      if (type === ANY && part !== undefined && isScalar(part)) {
        continue;
      }
      const keys = keysOf(type);
      if (part === undefined || keys === undefined) {
        this.errors.add('rego_type_error', unsupportedReference(term, position, type.text), term.loc);
        return undefined;
      }
      const next = this.step(type, keys, part, scope);
      if (next === undefined) {
        this.errors.add(
          'rego_type_error',
          invalidReference(term, position, this.infer(part, scope), type, keys),
          term.loc,
        );
        return undefined;
      }
      type = next;
    }
    return type;
  }

  private step(type: Type, keys: Type, part: Term, scope: TypeScope): Type | undefined {
    if (isConstant(part) && part.kind !== 'array' && part.kind !== 'object' && part.kind !== 'set') {
      return selectKey(type, part, this.infer(part, scope) ?? ANY);
    }
    return this.accepts(part, keys, scope) ? valuesOf(type) : undefined;
  }

  /** Returns the result type of a call. `statement`: the call is an entire expression, so its result is not checked. */
  call(term: CallTerm, scope: TypeScope, statement: boolean): Type {
    const type = this.functionType(term.operator);
    if (type === undefined) {
      this.all(term.args, scope);
      return ANY;
    }
    const errors = this.errors.count;
    const fits = term.args.map((arg, position) => this.accepts(arg, type.args[position] ?? ANY, scope));
    if (fits.includes(false) && this.errors.count === errors) {
      const have = term.args.map((arg) => this.infer(arg, scope)?.text ?? UNKNOWN);
      const all = statement ? have : [...have, UNKNOWN];
      const want = [...type.args, type.result].map(({ text }) => text);
      const message = `${term.operator}: invalid argument(s)\n\thave: (${all.join(', ')})\n\twant: (${want.join(', ')})`;
      this.errors.add('rego_type_error', message, term.loc);
    }
    return type.result;
  }

  private functionType(operator: string): FunctionType | undefined {
    const signature = this.functions.builtin(operator);
    if (signature === undefined) {
      return this.rules.function(operator);
    }
    let type = this.signatures.get(signature);
    if (type === undefined) {
      type = { args: signature.args.map(declaredType), result: declaredType(signature.result) };
      this.signatures.set(signature, type);
    }
    return type;
  }

  /** Returns whether a term can have a value of the type. Assigns the type to variables of unknown type (OPA `unify1`). */
  accepts(term: Term, type: Type, scope: TypeScope, oneOfMany = false): boolean {
    if (term.kind === 'var' && !isRootDocument(term.name)) {
      return acceptVariable(term.name, type, scope, oneOfMany);
    }
    if (term.kind !== 'array' && term.kind !== 'object' && term.kind !== 'set') {
      return unifies(this.infer(term, scope) ?? ANY, type);
    }
    if (type.kind === 'union') {
      return type.members.map((member) => this.accepts(term, member, scope, true)).includes(true);
    }
    if (type.kind !== 'any' && type.kind !== term.kind) {
      return false;
    }
    switch (term.kind) {
      case 'array':
        return this.acceptsItems(term.items, type, scope, oneOfMany);
      case 'set':
        return term.items.every((item) =>
          this.accepts(item, type.kind === 'set' ? type.element : ANY, scope, oneOfMany),
        );
      case 'object':
        return this.acceptsEntries(term.entries, type, scope, oneOfMany);
    }
  }

  private acceptsItems(items: readonly Term[], type: Type, scope: TypeScope, oneOfMany: boolean): boolean {
    if (type.kind !== 'array') {
      return items.every((item) => this.accepts(item, ANY, scope, true));
    }
    if (items.length !== type.items.length && type.rest === undefined) {
      return false;
    }
    return items.every((item, position) => {
      const wanted = type.items[position] ?? type.rest;
      return wanted !== undefined && this.accepts(item, wanted, scope, oneOfMany);
    });
  }

  private acceptsEntries(
    entries: readonly (readonly [Term, Term])[],
    type: Type,
    scope: TypeScope,
    oneOfMany: boolean,
  ): boolean {
    if (type.kind !== 'object') {
      return entries.every(([, value]) => this.accepts(value, ANY, scope, true));
    }
    if (entries.length !== type.fields.size && type.rest === undefined) {
      return false;
    }
    return entries.every(([key, value]) => {
      const wanted = isConstant(key) ? selectKey(type, key, this.infer(key, scope) ?? ANY) : ANY;
      return wanted !== undefined && this.accepts(value, wanted, scope, oneOfMany);
    });
  }
}

function acceptVariable(name: string, type: Type, scope: TypeScope, oneOfMany: boolean): boolean {
  const known = scope.get(name);
  if (oneOfMany) {
    scope.widen(name, type);
    return true;
  }
  if (known !== undefined) {
    return unifies(known, type);
  }
  scope.put(name, type);
  return true;
}
