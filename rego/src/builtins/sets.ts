import type { Budget } from '../evaluate/budget.js';
import { RegoSet, SetBuilder } from '../values/set.js';
import type { Value } from '../values/value.js';
import type { Builtin } from './builtin.js';
import { chargeSet } from './costs.js';
import { SET, declare } from './declare.js';
import { isSet, operandTypeError } from './operands.js';

/** Sets (OPA `topdown/sets.go`, `binary.go`). */
export const SETS: readonly Builtin[] = [
  declare('and', [SET, SET], SET, ([a, b], { budget }) => {
    chargeSet(budget, Math.min((a as RegoSet).size, (b as RegoSet).size));
    return (a as RegoSet).intersection(b as RegoSet);
  }),
  declare('or', [SET, SET], SET, ([a, b], { budget }) => {
    chargeSet(budget, (a as RegoSet).size + (b as RegoSet).size);
    return (a as RegoSet).union(b as RegoSet);
  }),
  declare('set_diff', [SET, SET], SET, ([a, b], { budget }) => {
    chargeSet(budget, (a as RegoSet).size);
    return (a as RegoSet).difference(b as RegoSet);
  }),
  declare('intersection', [SET], SET, ([sets], { budget }) => intersection(sets as RegoSet, budget)),
  declare('union', [SET], SET, ([sets], { budget }) => union(sets as RegoSet, budget)),
];

function asSet(value: Value): RegoSet {
  if (!isSet(value)) {
    throw operandTypeError(1, value, 'set');
  }
  return value;
}

/** Returns an empty set if there are no sets. */
function intersection(sets: RegoSet, budget: Budget): RegoSet {
  let result: RegoSet | undefined;
  for (const item of sets.sorted()) {
    const set = asSet(item);
    if (result === undefined) {
      result = set;
      continue;
    }
    chargeSet(budget, Math.min(result.size, set.size));
    result = result.intersection(set);
  }
  return result ?? RegoSet.EMPTY;
}

function union(sets: RegoSet, budget: Budget): RegoSet {
  const builder = new SetBuilder();
  for (const item of sets.sorted()) {
    const set = asSet(item);
    chargeSet(budget, set.size);
    set.every((element) => {
      builder.add(element);
      return true;
    });
  }
  return builder.build();
}
