import type { Detector } from '../detector';

type Rest = Omit<Detector, 'name' | 'description' | 'onByDefault' | 'secret' | 'country'>;

/** Something that identifies a person and is looked for unless a caller says otherwise. */
export function personal(name: string, description: string, rest: Rest): Detector {
  return { name, description, onByDefault: true, secret: false, ...rest };
}

/** Something that opens a door: a key, a token, a password. */
export function secret(name: string, description: string, rest: Rest): Detector {
  return { name, description, onByDefault: true, secret: true, ...rest };
}

/** Something that is looked for only by name: no person's, too common to hide everywhere, or too weak to tell from others. */
export function onDemand(name: string, description: string, rest: Rest): Detector {
  return { name, description, onByDefault: false, secret: false, ...rest };
}

/** The same detectors as those of a country (ISO 3166). */
export function ofCountry(country: string, detectors: readonly Detector[]): readonly Detector[] {
  return detectors.map((detector) => ({ ...detector, country }));
}
