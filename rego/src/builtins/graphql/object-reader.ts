import type { Budget } from '../../evaluate/budget.js';
import { RegoObject } from '../../values/object.js';
import { isArray, typeNameOf } from '../../values/type-name.js';
import type { Value } from '../../values/value.js';
import { isObject } from '../operands.js';
import { GraphqlFault } from './graphql-fault.js';

const MAX_NESTING = 200;
const MAX_TEXT_LENGTH = 64 * 1024;

/**
 * Reads the members of an object as Go's `encoding/json` reads them into a struct: absent and null members are empty, and wrong types are
 * errors.
 */
export class ObjectReader {
  constructor(
    private readonly object: RegoObject,
    private readonly budget: Budget,
    private readonly depth: number,
  ) {
    budget.step();
    if (depth > MAX_NESTING) {
      throw new GraphqlFault(`nests more than ${MAX_NESTING} levels deep`, undefined);
    }
  }

  has(name: string): boolean {
    return this.object.has(name);
  }

  text(name: string): string {
    const value = this.object.get(name) ?? '';
    if (typeof value !== 'string' || value.length > MAX_TEXT_LENGTH) {
      throw wrongType(name, value, 'string');
    }
    return value;
  }

  flag(name: string): boolean {
    const value = this.object.get(name) ?? false;
    if (typeof value !== 'boolean') {
      throw wrongType(name, value, 'bool');
    }
    return value;
  }

  number(name: string): number {
    const value = this.object.get(name) ?? 0;
    if (typeof value !== 'number') {
      throw wrongType(name, value, 'int');
    }
    return value;
  }

  texts(name: string): string[] {
    return this.items(name).map((item) => {
      if (typeof item !== 'string') {
        throw wrongType(name, item, 'string');
      }
      return item;
    });
  }

  list<T>(name: string, read: (reader: ObjectReader) => T): T[] {
    return this.items(name).map((item) => read(this.inner(name, item)));
  }

  optional<T>(name: string, read: (reader: ObjectReader) => T): T | null {
    const value = this.object.get(name) ?? null;
    return value === null ? null : read(this.inner(name, value));
  }

  private items(name: string): readonly Value[] {
    const value = this.object.get(name) ?? null;
    if (value === null) {
      return [];
    }
    if (!isArray(value)) {
      throw wrongType(name, value, 'array');
    }
    return value;
  }

  private inner(name: string, value: Value): ObjectReader {
    if (!isObject(value)) {
      throw wrongType(name, value, 'object');
    }
    return new ObjectReader(value, this.budget, this.depth + 1);
  }
}

function wrongType(name: string, value: Value, expected: string): GraphqlFault {
  return new GraphqlFault(
    `json: cannot unmarshal ${typeNameOf(value)} into field ${name} of type ${expected}`,
    undefined,
  );
}
