import type { Type } from './types.js';
import { unionType } from './types.js';

/** Types of the variables of a body and of those around it. */
export class TypeScope {
  /** Made when needed: many bodies have no variables. */
  private types: Map<string, Type> | undefined;

  constructor(private readonly outer?: TypeScope) {}

  get(name: string): Type | undefined {
    return this.types?.get(name) ?? this.outer?.get(name);
  }

  put(name: string, type: Type): void {
    (this.types ??= new Map()).set(name, type);
  }

  /** One more type that the variable may have. */
  widen(name: string, type: Type): void {
    const known = this.get(name);
    this.put(name, (known && unionType([known, type])) ?? type);
  }
}
