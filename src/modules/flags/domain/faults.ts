import { FLAG_LIMITS, type FlagFault } from '../contract/flag-document.types';

/** Collects the faults of a document, up to a number that is useful to a person. */
export class Faults {
  private readonly found: FlagFault[] = [];
  private readonly places = new Set<string>();

  /** Adds a fault; of the same kind at the same place, only the first. */
  add(pointer: string, code: string, message: string): void {
    const place = `${code} ${pointer}`;
    if (this.isFull || this.places.has(place)) return;
    this.places.add(place);
    this.found.push({ pointer, code, message });
  }

  /** True when no more faults are to be collected. */
  get isFull(): boolean {
    return this.found.length >= FLAG_LIMITS.maxFaults;
  }

  get list(): readonly FlagFault[] {
    return this.found;
  }
}
