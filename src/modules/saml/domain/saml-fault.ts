import type { SamlRefusal } from '../contract/saml.port';

/** Stops the validation of an assertion at any depth. Never leaves the module. */
export class SamlFault extends Error {
  constructor(readonly refusal: SamlRefusal) {
    super(refusal);
  }
}

/** Throws `refusal` unless `holds` is true. */
export function demand(holds: boolean, refusal: SamlRefusal): asserts holds {
  if (!holds) throw new SamlFault(refusal);
}
