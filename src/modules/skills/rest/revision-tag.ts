import type { Response } from 'express';
import { type ConditionHeaders, unlessKnown } from '../../../kernel/http/conditions/conditions';
import { versionTag } from '../../../kernel/http/conditions/versions';
import type { Skill } from '../contract/skills.types';

/** Answers with a skill under the tag of its revision; 304 for a GET whose caller has it. */
export function tagged<T extends Pick<Skill, 'revision'>>(
  response: Pick<Response, 'setHeader' | 'status'>,
  headers: ConditionHeaders,
  skill: T,
): T | undefined {
  return unlessKnown(response, headers, versionTag(skill.revision), skill);
}
