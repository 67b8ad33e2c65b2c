import { FLAG_LIMITS, type FlagFault } from '../contract/flag-document.types';

/** Collects the faults of a document, as many as are of use to a person. */
export class Faults {
  private readonly found: FlagFault[] = [];
  private readonly places = new Set<string>();

  /** Adds a fault; of the same kind at the same place it is told once. */
  add(pointer: string, code: string, message: string): void {
    const place = `${code} ${pointer}`;
    if (this.isFull || this.places.has(place)) return;
    this.places.add(place);
    this.found.push({ pointer, code, message });
  }

  /** Whether to look no further. */
  get isFull(): boolean {
    return this.found.length >= FLAG_LIMITS.maxFaults;
  }

  get list(): readonly FlagFault[] {
    return this.found;
  }
}
