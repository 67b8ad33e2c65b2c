import { AppError } from '../../../kernel/errors/app-error';
import { ExactNumbers } from '../../../kernel/json/exact-numbers';
import { type MaskedText, type MaskingStrategy, type MaskingOptions, REDACTED } from '../contract/masking.types';
import type { DetectOptions, Finding } from '../engine/engine.types';
import { ENTITIES } from '../engine/entities';
import { fieldRules } from '../engine/field-rules';
import { maskJson } from '../engine/mask-json';
import { maskText } from '../engine/mask-text';
import { patternDeadline } from '../engine/patterns';
import { callPatterns } from './call-patterns';
import { type CompiledRules, PERSONAL, SECRET } from './compiled-rules';
import { plainInteger } from './plain-integer';
import { type FieldGroup, fieldGroups, strategyIn } from './field-strategies';
import type { KeyRing } from './masking-keys';
import { needsKeys, standIn } from './stand-in';
import { openToken } from './token';

/** The entity that matches of a call's patterns are classified as. */
const CUSTOM_ENTITY = 'CUSTOM';
const ENTITY_NAMES: ReadonlySet<string> = new Set(ENTITIES.map(({ name }) => name));

/** The options of a call that does not set any. */
export const NO_OPTIONS: MaskingOptions = {
  extraBlockedFields: [],
  extraPatterns: [],
  strategy: null,
  entityStrategies: {},
  fieldStrategies: {},
};

/** Returns true when a call needs the tenant's keys. */
export function callNeedsKeys(rules: CompiledRules, wish: MaskingOptions): boolean {
  const asked = [wish.strategy, ...Object.values(wish.entityStrategies), ...Object.values(wish.fieldStrategies)];
  return rules.needsKeys || asked.some((strategy) => strategy !== null && needsKeys(strategy));
}

/** Returns the first unknown entity that a call names, such as a mistyped name, or `null` if all entities are known. */
export function unknownEntity({ rules }: CompiledRules, { entityStrategies }: MaskingOptions): string | null {
  const own = new Set([CUSTOM_ENTITY, ...rules.patterns.map(({ name }) => name)]);
  return Object.keys(entityStrategies).find((name) => !ENTITY_NAMES.has(name) && !own.has(name)) ?? null;
}

/** Masks according to a tenant's rules and the options of one call. */
export class Masker {
  private readonly strategy: MaskingStrategy;
  private readonly options: DetectOptions;
  private readonly fieldsOfCall: readonly FieldGroup[];
  private readonly refusedPatterns: MaskedText['refusedPatterns'];

  /**
   * @param ring the tenant's keys. `null` if no strategy needs keys, and for calls without a tenant. In that case, strategies that need
   * keys redact.
   */
  constructor(
    private readonly rules: CompiledRules,
    private readonly wish: MaskingOptions,
    private readonly ring: KeyRing | null,
  ) {
    this.strategy = wish.strategy ?? rules.rules.strategy;
    const { patterns, refused } = callPatterns(wish.extraPatterns);
    this.refusedPatterns = refused;
    const named = Object.keys(wish.entityStrategies);
    this.options = {
      // An entity for which a strategy is set must also be found.
      entities: named.length === 0 ? rules.entities : [...new Set([...rules.entities, ...named])],
      threshold: rules.rules.threshold,
      extraPatterns: patterns.length === 0 ? rules.patterns : [...rules.patterns, ...patterns],
    };
    this.fieldsOfCall = [
      ...fieldGroups(Object.entries(wish.fieldStrategies)),
      ...(wish.extraBlockedFields.length === 0
        ? []
        : [{ strategy: this.strategy, fields: fieldRules(wish.extraBlockedFields) }]),
    ];
  }

  /** Returns the text with its findings replaced. */
  text(text: string): MaskedText {
    return { text: this.maskString(text, [], patternDeadline(text)), refusedPatterns: this.refusedPatterns };
  }

  /** Returns the masked text of a JSON value. Errors: `invalid_request` if the text is not JSON. */
  json(json: string): MaskedText {
    const numbers = new ExactNumbers();
    const value = parsed(numbers, json);
    // One deadline for all texts in the value: if each text had its own deadline, the total time would grow with their number.
    const deadline = patternDeadline(json);
    const masked = maskJson(value, {
      fields: { matches: (path) => this.fieldStrategy(path) !== null },
      replaceField: (field, path) => this.maskField(numbers, field, this.fieldStrategy(path) ?? 'redact'),
      maskString: (text, path) => {
        const number = numbers.numberIn(text);
        if (number === null) return this.maskString(text, path, deadline);
        // 4111111111111111e0 is a card number too, and JSON readers show it as one.
        const written = [plainInteger(number), number].filter((one) => one !== null);
        for (const one of written) {
          const shown = this.maskString(one, path, deadline);
          if (shown !== one) return shown;
        }
        return text;
      },
    });
    return { text: numbers.stringify(masked), refusedPatterns: this.refusedPatterns };
  }

  private maskString(text: string, path: readonly string[], deadline: number): string {
    const name = path.at(-1);
    const options = { ...this.options, deadline, ...(name !== undefined && { context: [name] }) };
    return maskText(text, (value, finding) => this.replace(value, finding), options);
  }

  private replace(value: string, { entity }: Finding): string {
    if (this.rules.allowedValues.has(value) || this.isOurs(value)) return value;
    return standIn(this.entityStrategy(entity), value, this.ring?.current ?? null);
  }

  private maskField(numbers: ExactNumbers, field: unknown, strategy: MaskingStrategy): unknown {
    if (strategy === 'redact') return REDACTED;
    // Null is not personal data, and consumers expect it unchanged.
    if (field === null) return null;
    if (typeof field === 'object' && (strategy === 'mask' || strategy === 'format')) return REDACTED;
    const text = typeof field === 'string' ? (numbers.numberIn(field) ?? field) : jsonText(numbers, field);
    if (text === null) return REDACTED;
    if (this.rules.allowedValues.has(text) || this.isOurs(text)) return field;
    return standIn(strategy, text, this.ring?.current ?? null);
  }

  /** A token or an encrypted value of this tenant already hides its value; masking it again would lose the value. */
  private isOurs(value: string): boolean {
    return this.ring !== null && openToken(this.ring, value) !== null;
  }

  /** The call's fields take precedence over the tenant's own fields, which take precedence over the common names. */
  private fieldStrategy(path: readonly string[]): MaskingStrategy | null {
    const named = strategyIn(this.fieldsOfCall, path) ?? strategyIn(this.rules.fields, path);
    if (named !== null) return named;
    const strategy = SECRET.matches(path) ? 'redact' : PERSONAL.matches(path) ? this.strategy : null;
    return strategy === null || this.rules.allowedFields.matches(path) ? null : strategy;
  }

  private entityStrategy(entity: string): MaskingStrategy {
    const { entityStrategies } = this.wish;
    if (Object.hasOwn(entityStrategies, entity)) return entityStrategies[entity] ?? 'redact';
    return this.rules.strategies.get(entity) ?? (isSecretEntity(entity) ? 'redact' : this.strategy);
  }
}

function parsed(numbers: ExactNumbers, json: string): unknown {
  try {
    return numbers.parse(json);
  } catch {
    // The cause is omitted, because its message repeats the text.
    throw new AppError('invalid_request', 'The value is not valid JSON or is nested too deeply.');
  }
}

/** Returns the JSON text; `null` for a value nested too deeply to serialize. */
function jsonText(numbers: ExactNumbers, value: unknown): string | null {
  try {
    return numbers.stringify(value);
  } catch {
    return null;
  }
}

const SECRET_ENTITIES: ReadonlySet<string> = new Set(ENTITIES.flatMap(({ name, secret }) => (secret ? [name] : [])));

/** Returns true if an entity grants access (a key, a token, a password) rather than identifying a person. */
function isSecretEntity(name: string): boolean {
  return SECRET_ENTITIES.has(name);
}
