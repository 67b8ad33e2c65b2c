import type { Value } from '../values/value.js';

/** The variables of one run of a rule's body, by slot; `undefined` before they are bound. */
export type Frame = (Value | undefined)[];

/** A term with at most one value, which does not bind any variables. */
export type Getter = (frame: Frame) => Value | undefined;

/** A part of a body with everything after it. Returns `true` to stop the search when the caller does not need more solutions. */
export type Step = (frame: Frame) => boolean;

/** An expression that holds at most once (it can bind slots), or one that continues once per solution. */
export type ExprCode =
  | { readonly kind: 'check'; readonly check: Step }
  | { readonly kind: 'generator'; readonly generate: (next: Step) => Step };

export const FOUND: Step = () => true;

/** Chains expressions in sequence, followed by `end`. Adjacent checks become one step, so that long bodies stay shallow. */
export function chain(codes: readonly ExprCode[], end: Step): Step {
  let next = end;
  let checks: Step[] = [];
  for (const code of [...codes].reverse()) {
    if (code.kind === 'check') {
      checks.push(code.check);
      continue;
    }
    next = code.generate(guard(checks.reverse(), next));
    checks = [];
  }
  return guard(checks.reverse(), next);
}

/** Combines all expressions into one check. Returns `undefined` if one of them can hold more than once. */
export function asCheck(codes: readonly ExprCode[]): Step | undefined {
  const checks: Step[] = [];
  for (const code of codes) {
    if (code.kind === 'generator') {
      return undefined;
    }
    checks.push(code.check);
  }
  return guard(checks, FOUND);
}

export function isSingle(codes: readonly ExprCode[]): boolean {
  return codes.every((code) => code.kind === 'check');
}

function guard(checks: readonly Step[], next: Step): Step {
  const [a, b, c] = checks;
  if (a === undefined) {
    return next;
  }
  if (b === undefined) {
    return next === FOUND ? a : (frame) => a(frame) && next(frame);
  }
  if (c === undefined) {
    return (frame) => a(frame) && b(frame) && next(frame);
  }
  if (checks.length === 3) {
    return (frame) => a(frame) && b(frame) && c(frame) && next(frame);
  }
  return (frame) => {
    for (const check of checks) {
      if (!check(frame)) {
        return false;
      }
    }
    return next(frame);
  };
}
