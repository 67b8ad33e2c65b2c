import type { Type } from './types.js';
import { unionType } from './types.js';

/** The types of the variables of a body and its enclosing bodies. */
export class TypeScope {
  /** Created on demand, since many bodies have no variables. */
  private types: Map<string, Type> | undefined;

  constructor(private readonly outer?: TypeScope) {}

  get(name: string): Type | undefined {
    return this.types?.get(name) ?? this.outer?.get(name);
  }

  put(name: string, type: Type): void {
    (this.types ??= new Map()).set(name, type);
  }

  /** Adds another type that the variable can have. */
  widen(name: string, type: Type): void {
    const known = this.get(name);
    this.put(name, (known && unionType([known, type])) ?? type);
  }
}
