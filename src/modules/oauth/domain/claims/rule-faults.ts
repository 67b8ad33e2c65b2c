import type { FieldError } from '../../../../kernel/errors/app-error';
import type { ClaimRule } from '../../contract/token-claims.types';
import { jsonFault } from './custom-claims';
import { claimNameFault, copiedMember } from './reserved-claims';
import { templateFault } from './claim-template';

/** Returns the faults in rules that their schema does not show. @param base JSON Pointer of the list. */
export function ruleFaults(rules: readonly ClaimRule[], base = '/rules'): readonly FieldError[] {
  return rules.flatMap((rule, index) => faultsOf(rule).map((fault) => faultAt(`${base}/${index}`, fault)));
}

interface Fault {
  readonly member: string;
  readonly message: string;
}

function faultsOf({ claim, from }: ClaimRule): readonly Fault[] {
  const name = claimNameFault(claim);
  if (name !== null) return [{ member: 'claim', message: name }];
  const copied = copiedMember(claim);
  if (copied !== null && !('user' in from && from.user === copied)) {
    return [{ member: 'from', message: `The claim "${claim}" can only be a copy: use {"user": "${copied}"}.` }];
  }
  const template = 'template' in from ? templateFault(from.template) : null;
  if (template !== null) return [{ member: 'from/template', message: template }];
  const value = 'value' in from ? jsonFault({ [claim]: from.value }) : null;
  return value === null ? [] : [{ member: 'from/value', message: value }];
}

function faultAt(base: string, { member, message }: Fault): FieldError {
  return { pointer: `${base}/${member}`, code: 'invalid', message };
}
