import { FLAG_LIMITS, type FlagFault } from '../contract/flag-document.types';

/** Collects the faults of a document, up to a number that is useful to a person. */
export class Faults {
  private readonly found: FlagFault[] = [];
  private readonly places = new Set<string>();

  /** Adds a fault, once per kind and position. */
  add(pointer: string, code: string, message: string): void {
    const place = `${code} ${pointer}`;
    if (this.isFull || this.places.has(place)) return;
    this.places.add(place);
    this.found.push({ pointer, code, message });
  }

  /** True if no further faults are collected. */
  get isFull(): boolean {
    return this.found.length >= FLAG_LIMITS.maxFaults;
  }

  get list(): readonly FlagFault[] {
    return this.found;
  }
}
