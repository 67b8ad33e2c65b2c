import type { SamlRefusal } from '../contract/saml.port';

/** Ends the judging of an assertion, from whichever depth of it; never leaves the module. */
export class SamlFault extends Error {
  constructor(readonly refusal: SamlRefusal) {
    super(refusal);
  }
}

/** Refuses unless `holds`. */
export function demand(holds: boolean, refusal: SamlRefusal): asserts holds {
  if (!holds) throw new SamlFault(refusal);
}
