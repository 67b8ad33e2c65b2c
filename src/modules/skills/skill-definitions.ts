import { Injectable } from '@nestjs/common';
import { Installation } from '../../kernel/config/installation';
import { InjectConfig } from '../../kernel/config/inject-config';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { isStorable } from '../../kernel/database/jsonb';
import { AppError, type FieldError } from '../../kernel/errors/app-error';
import { type UrlRules, urlFault } from '../../kernel/network/receiver-url';
import type { JavascriptDefinition, JsonSchema, SkillDefinition } from './contract/skill-definition.types';
import { SKILL_LIMITS } from './contract/skill-limits';
import { definitionHash } from './domain/definition-hash';
import { sourcesOf } from './domain/definition-sources';
import { boundedJson } from './domain/json-shape';
import { requiredScopes } from './domain/required-scopes';
import { SkillChecks } from './sandbox/skill-checks';
import { skillsConfig, type SkillsConfig } from './skills.config';
import type { CheckedVersion } from './storage/skills.repository';

/** Decides whether a definition can become a version. */
@Injectable()
export class SkillDefinitions {
  constructor(
    private readonly checks: SkillChecks,
    @InjectConfig(skillsConfig) private readonly config: SkillsConfig,
    private readonly installation: Installation,
  ) {}

  /** Returns the checked version of a definition. Errors: the errors of `SkillsPort.register` that concern the definition. */
  async check(context: CallContext, definition: SkillDefinition): Promise<CheckedVersion> {
    if (!isStorable(definition))
      throw refused([
        { pointer: '', code: 'invalid_character', message: 'contains a character that cannot be stored' },
      ]);
    const schemas = {
      inputSchema: schemaText(definition.inputSchema, '/inputSchema'),
      outputSchema: schemaText(definition.outputSchema, '/outputSchema'),
    };
    if (definition.runtime === 'http') this.assertUrl(definition.url);
    else assertMayGrant(context, definition);
    const sources = definition.runtime === 'http' ? null : sourcesOf(definition).sources;
    const outcome = await this.checks.run(requireTenant(context), { kind: 'check', ...schemas, sources });
    if (outcome.kind !== 'checked') {
      const message = outcome.kind === 'limit' ? outcome.message : 'The definition could not be checked.';
      throw refused([{ pointer: '', code: 'too_complex', message }]);
    }
    if (outcome.faults.length > 0) throw refused(outcome.faults);
    return { hash: definitionHash(definition), definition, code: outcome.code };
  }

  private assertUrl(url: string): void {
    const mayBePrivate = this.config.SKILLS_PRIVATE_ADDRESSES;
    const rules: UrlRules = { mayBePrivate, mayBePlain: mayBePrivate && !this.installation.isProduction };
    const fault = urlFault(url, rules);
    if (fault !== null) throw refused([{ pointer: '/url', ...fault }]);
  }
}

/**
 * Returns the text of a schema, within its limits. Only local references are allowed, because they can be resolved without network access.
 */
function schemaText(schema: JsonSchema, pointer: string): string {
  const { maxSchemaChars: chars, maxSchemaLevels: levels } = SKILL_LIMITS;
  const text = boundedJson(schema, { bytes: chars, levels });
  if (text !== null) return text;
  const message = `must be at most ${chars} bytes of JSON, and nested at most ${levels} levels deep`;
  throw refused([{ pointer, code: 'too_large', message }]);
}

function assertMayGrant({ scopes = [] }: CallContext, definition: JavascriptDefinition): void {
  const missing = requiredScopes(definition).filter(({ scope }) => !scopes.includes(scope));
  if (missing.length === 0) return;
  const fields = missing.map(({ scope, pointer }) => ({
    pointer,
    code: 'beyond',
    message: `the token of this call lacks the scope ${scope}`,
  }));
  throw new AppError('forbidden', 'A skill cannot be granted access that the caller does not have.', { fields });
}

function refused(fields: readonly FieldError[]): AppError {
  const [first] = fields;
  const where = first === undefined || first.pointer === '' ? '' : ` at ${first.pointer}`;
  return new AppError('invalid_request', `The definition is invalid${where}: ${first?.message ?? 'see errors'}`, {
    fields,
  });
}
