import { isTruthy, type Run, type Step } from './step';
import { OPERATOR_STEPS, weightOf } from './work-limit';

type Loop = 'map' | 'filter' | 'all' | 'none' | 'some' | 'reduce';

const LOOPS: ReadonlySet<string> = new Set<Loop>(['map', 'filter', 'all', 'none', 'some', 'reduce']);

export function isLoop(name: string): name is Loop {
  return LOOPS.has(name);
}

/** An operator that evaluates `body` for each element of a list. @param initial the initial value of `reduce`. */
export function loopOf(name: Loop, list: Step, body: Step, initial: Step): Step {
  const elements = (data: unknown, run: Run): readonly unknown[] => elementsOf(list(data, run));
  const isHit = (element: unknown, run: Run): boolean => {
    run.work.charge(OPERATOR_STEPS);
    return isTruthy(body(element, run), run);
  };
  switch (name) {
    case 'map':
      return (data, run) =>
        elements(data, run).map((element) => {
          run.work.charge(OPERATOR_STEPS);
          return body(element, run);
        });
    case 'filter':
      return (data, run) => elements(data, run).filter((element) => isHit(element, run));
    case 'some':
      return (data, run) => elements(data, run).some((element) => isHit(element, run));
    case 'none':
      return (data, run) => !elements(data, run).some((element) => isHit(element, run));
    case 'all':
      return (data, run) => {
        const all = elements(data, run);
        return all.length > 0 && all.every((element) => isHit(element, run));
      };
    case 'reduce':
      return (data, run) => {
        const first = flat(initial(data, run), run) ?? null;
        return elements(data, run).reduce<unknown>((accumulator, current) => {
          run.work.charge(OPERATOR_STEPS);
          return flat(body({ accumulator, current }, run), run);
        }, first);
      };
  }
}

/** Returns the elements of a loop. A value that is not a list counts as an empty list. */
function elementsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** An accumulator cannot contain lists or objects, because each round could double them. */
function flat(value: unknown, { work }: Run): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const members: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  work.charge(weightOf(members));
  if (members.some((member) => typeof member === 'object' && member !== null)) {
    throw new TypeError('An accumulator cannot contain lists or objects.');
  }
  return value;
}
