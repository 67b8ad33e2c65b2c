import { assertCondition, type Condition } from '../../kernel/http/conditions/conditions';
import { type Plan, storedEntityTag } from './contract/entitlements-admin.types';

/** Holds a write to its condition on what is there now; `null` for nothing. The check throws `precondition_failed`. */
export function holding(condition: Condition): (current: Pick<Plan, 'version' | 'createdAt'> | null) => void {
  return (current) => assertCondition(condition, current && storedEntityTag(current));
}
