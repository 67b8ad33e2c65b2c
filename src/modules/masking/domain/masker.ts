import { AppError } from '../../../kernel/errors/app-error';
import { ExactNumbers } from '../../../kernel/json/exact-numbers';
import { type MaskedText, type MaskingStrategy, type MaskingWish, REDACTED } from '../contract/masking.types';
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

/** What the matches of a call's patterns are. */
const CUSTOM_ENTITY = 'CUSTOM';
const ENTITY_NAMES: ReadonlySet<string> = new Set(ENTITIES.map(({ name }) => name));

/** A call that asks for nothing besides the rules. */
export const NO_WISH: MaskingWish = {
  extraBlockedFields: [],
  extraPatterns: [],
  strategy: null,
  entityStrategies: {},
  fieldStrategies: {},
};

/** Whether a call needs the tenant's keys. */
export function callNeedsKeys(rules: CompiledRules, wish: MaskingWish): boolean {
  const asked = [wish.strategy, ...Object.values(wish.entityStrategies), ...Object.values(wish.fieldStrategies)];
  return rules.needsKeys || asked.some((strategy) => strategy !== null && needsKeys(strategy));
}

/** The first entity that a call names and that does not exist, such as a mistyped one; `null` when there is none. */
export function unknownEntity({ rules }: CompiledRules, { entityStrategies }: MaskingWish): string | null {
  const own = new Set([CUSTOM_ENTITY, ...rules.patterns.map(({ name }) => name)]);
  return Object.keys(entityStrategies).find((name) => !ENTITY_NAMES.has(name) && !own.has(name)) ?? null;
}

/** Masks by a tenant's rules and what one call asks for besides. */
export class Masker {
  private readonly strategy: MaskingStrategy;
  private readonly options: DetectOptions;
  private readonly fieldsOfCall: readonly FieldGroup[];
  private readonly refusedPatterns: MaskedText['refusedPatterns'];

  /** @param ring the tenant's keys; `null` when nothing asks for them, and for the installation, which then redacts. */
  constructor(
    private readonly rules: CompiledRules,
    private readonly wish: MaskingWish,
    private readonly ring: KeyRing | null,
  ) {
    this.strategy = wish.strategy ?? rules.rules.strategy;
    const { patterns, refused } = callPatterns(wish.extraPatterns);
    this.refusedPatterns = refused;
    const named = Object.keys(wish.entityStrategies);
    this.options = {
      // Who says how an entity is masked wants it found.
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

  /** A text with what is found in it replaced. */
  text(text: string): MaskedText {
    return { text: this.maskString(text, [], patternDeadline(text)), refusedPatterns: this.refusedPatterns };
  }

  /** The text of a JSON value, masked. Errors: `invalid_request` when it is no JSON. */
  json(json: string): MaskedText {
    const numbers = new ExactNumbers();
    const value = parsed(numbers, json);
    // One for all texts of the value: each with its own would have as much time as there are texts.
    const deadline = patternDeadline(json);
    const masked = maskJson(value, {
      fields: { matches: (path) => this.fieldStrategy(path) !== null },
      replaceField: (field, path) => this.maskField(numbers, field, this.fieldStrategy(path) ?? 'redact'),
      maskString: (text, path) => {
        const number = numbers.numberIn(text);
        if (number === null) return this.maskString(text, path, deadline);
        // 4111111111111111e0 is a card number too, and shown as one by whoever reads the JSON.
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
    // Nothing is no personal data, and stays what a reader expects.
    if (field === null) return null;
    if (typeof field === 'object' && (strategy === 'mask' || strategy === 'format')) return REDACTED;
    const text = typeof field === 'string' ? (numbers.numberIn(field) ?? field) : jsonText(numbers, field);
    if (text === null) return REDACTED;
    if (this.rules.allowedValues.has(text) || this.isOurs(text)) return field;
    return standIn(strategy, text, this.ring?.current ?? null);
  }

  /** A token or an encrypted value of this tenant hides already what it stands for; masked again it would be lost. */
  private isOurs(value: string): boolean {
    return this.ring !== null && openToken(this.ring, value) !== null;
  }

  /** Of the call first, then the tenant's own, then the usual names. */
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
    // Without the cause: its message repeats the text.
    throw new AppError('invalid_request', 'The value is not valid JSON, or nested too deeply.');
  }
}

/** `null` for a value that is nested too deeply to be written. */
function jsonText(numbers: ExactNumbers, value: unknown): string | null {
  try {
    return numbers.stringify(value);
  } catch {
    return null;
  }
}

const SECRET_ENTITIES: ReadonlySet<string> = new Set(ENTITIES.flatMap(({ name, secret }) => (secret ? [name] : [])));

/** Whether an entity opens something (a key, a token, a password) rather than identifying somebody. */
function isSecretEntity(name: string): boolean {
  return SECRET_ENTITIES.has(name);
}
