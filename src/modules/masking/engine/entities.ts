import { type DetectionPlan, planOf, type Ranked } from './detection-plan';
import { DETECTORS } from './detectors/detectors';
import type { Detector } from './detector';
import type { EntityInfo } from './engine.types';

/** All entities that the engine can find, by name. */
export const ENTITIES: readonly EntityInfo[] = DETECTORS.map(({ name, description, onByDefault, secret, country }) => ({
  name,
  description,
  onByDefault,
  secret,
  ...(country !== undefined && { country }),
})).sort((a, b) => (a.name < b.name ? -1 : 1));

const RANKED: readonly Ranked[] = DETECTORS.map((detector, rank) => ({ detector, rank }));
const DEFAULT_PLAN = planOf(RANKED.filter(({ detector }) => detector.onByDefault));

/** Plans are cached, because callers pass the same list repeatedly. */
const plans = new WeakMap<readonly string[], DetectionPlan>();

/** Returns the rules of the named entities, or of the default entities if no entities are named. */
export function planFor(entities: readonly string[] | undefined): DetectionPlan {
  if (entities === undefined) return DEFAULT_PLAN;
  let plan = plans.get(entities);
  if (plan === undefined) {
    const names = new Set(entities);
    plan = planOf(RANKED.filter(({ detector }) => names.has(detector.name)));
    plans.set(entities, plan);
  }
  return plan;
}

/** Returns the detector of an entity. */
export const detectorOf = (entity: string): Detector | undefined => DETECTORS.find(({ name }) => name === entity);
