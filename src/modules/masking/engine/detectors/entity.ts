import type { Detector } from '../detector';

type Rest = Omit<Detector, 'name' | 'description' | 'onByDefault' | 'secret' | 'country'>;

/** Returns an entity that identifies a person and is found unless a caller opts out. */
export function personal(name: string, description: string, rest: Rest): Detector {
  return { name, description, onByDefault: true, secret: false, ...rest };
}

/** Returns an entity that grants access, such as a key, a token or a password. */
export function secret(name: string, description: string, rest: Rest): Detector {
  return { name, description, onByDefault: true, secret: true, ...rest };
}

/**
 * Returns an entity that is found only if it is named, because it does not belong to a person, is too common to hide everywhere, or is too
 * hard to distinguish from other values.
 */
export function onDemand(name: string, description: string, rest: Rest): Detector {
  return { name, description, onByDefault: false, secret: false, ...rest };
}

/** Returns the detectors with the country (ISO 3166) set. */
export function ofCountry(country: string, detectors: readonly Detector[]): readonly Detector[] {
  return detectors.map((detector) => ({ ...detector, country }));
}
