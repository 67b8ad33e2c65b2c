import {
  type EvaluateOptions,
  type Evaluation,
  type Policy,
  type PreparedRule,
  RegoObject,
  RegoSet,
  toJson,
  type Value,
} from '@coresdk/rego/node';

const RULE = 'data.tenant_wall.deny';
const PLACES = 'data.tenant_wall.places';
const NOTHING: Evaluation = { outcome: 'value', value: RegoSet.EMPTY };

/**
 * The rule of the tenant wall. Its input is `{"tenant": {"id", "slug"}, "asked": <the caller's input>}`. It reads only the paths that its
 * package lists. So for an input with none of these paths, the result is known without an evaluation. Such an evaluation would cost as
 * much as that of a small policy. Most inputs do not name a tenant.
 */
export class TenantWall {
  private readonly rule: PreparedRule;
  /** The paths at which an input can name a tenant. The wall ignores all other paths. */
  readonly places: readonly (readonly string[])[];

  /** @param policy the `tenant_wall` package only, without any code that a tenant or an operator wrote. */
  constructor(policy: Policy) {
    const rule = policy.prepareRule(RULE);
    if (!rule) throw new Error(`The base policy has no rule ${RULE}; the installation is incomplete.`);
    this.rule = rule;
    this.places = placesOf(policy);
  }

  /**
   * Returns the set of paths at which the input names a different tenant.
   * @param tenant `{"id": …, "slug": …}` of the tenant that decides.
   * @param asked the caller's input; `undefined` if there is no input.
   */
  evaluate(tenant: Value, asked: Value | undefined, options: EvaluateOptions): Evaluation {
    if (asked === undefined || !this.isAnywhere(asked)) return NOTHING;
    return this.rule.evaluate(
      RegoObject.fromStrings(
        new Map([
          ['tenant', tenant],
          ['asked', asked],
        ]),
      ),
      options,
    );
  }

  private isAnywhere(asked: Value): boolean {
    for (const place of this.places) if (hasPlace(asked, place)) return true;
    return false;
  }
}

function hasPlace(asked: Value, place: readonly string[]): boolean {
  let value: Value | undefined = asked;
  for (const name of place) {
    if (!(value instanceof RegoObject)) return false;
    value = value.get(name);
  }
  return value !== undefined;
}

function placesOf(policy: Policy): readonly (readonly string[])[] {
  const evaluation = policy.prepareRule(PLACES)?.evaluate(undefined);
  const places = evaluation?.outcome === 'value' ? toJson(evaluation.value) : null;
  if (Array.isArray(places) && places.every(isPath)) return places;
  throw new Error(`The base policy has no list of paths ${PLACES}; the installation is incomplete.`);
}

function isPath(place: unknown): place is readonly string[] {
  return Array.isArray(place) && place.every((name) => typeof name === 'string');
}
