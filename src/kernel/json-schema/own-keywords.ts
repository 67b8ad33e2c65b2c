import * as Browser from '@hyperjump/browser';
import {
  addKeyword,
  type Keyword,
  type SchemaDocument,
  Validation,
  type ValidationContext,
} from '@hyperjump/json-schema/experimental';
import * as Instance from '@hyperjump/json-schema/instance/experimental';
import { RE2JS } from 're2js';

/** Long names of Unicode's general categories (UAX #44, Table 12), which RE2 recognizes only by their short names. */
const CATEGORIES: Readonly<Record<string, string>> = {
  Close_Punctuation: 'Pe',
  Connector_Punctuation: 'Pc',
  Control: 'Cc',
  Currency_Symbol: 'Sc',
  Dash_Punctuation: 'Pd',
  Decimal_Number: 'Nd',
  Enclosing_Mark: 'Me',
  Final_Punctuation: 'Pf',
  Format: 'Cf',
  Initial_Punctuation: 'Pi',
  Letter: 'L',
  Letter_Number: 'Nl',
  Line_Separator: 'Zl',
  Lowercase_Letter: 'Ll',
  Mark: 'M',
  Math_Symbol: 'Sm',
  Modifier_Letter: 'Lm',
  Modifier_Symbol: 'Sk',
  Nonspacing_Mark: 'Mn',
  Number: 'N',
  Open_Punctuation: 'Ps',
  Other_Letter: 'Lo',
  Other_Number: 'No',
  Other_Punctuation: 'Po',
  Other_Symbol: 'So',
  Paragraph_Separator: 'Zp',
  Private_Use: 'Co',
  Punctuation: 'P',
  Separator: 'Z',
  Space_Separator: 'Zs',
  Spacing_Mark: 'Mc',
  Symbol: 'S',
  Titlecase_Letter: 'Lt',
  Uppercase_Letter: 'Lu',
};
const PROPERTY = /\\(p|P)\{(?:(?:General_Category|gc|Script|sc)=)?(\w+)\}/g;

/** A keyword's context, with the data that `unevaluatedProperties` reads. */
type Context = ValidationContext & { readonly evaluatedProperties?: Set<string> };

/**
 * Returns a tenant's pattern in a form that runs in linear time. Throws for syntax that RE2 does not support: look-around and
 * back references.
 */
class LinearPattern {
  private readonly compiled: RE2JS;

  constructor(pattern: string) {
    const known = pattern.replaceAll(
      PROPERTY,
      (_, letter: string, name: string) => `\\${letter}{${CATEGORIES[name] ?? name}}`,
    );
    try {
      this.compiled = RE2JS.compile(RE2JS.translateRegExp(known));
    } catch (error) {
      const why = error instanceof Error ? error.message : 'unknown syntax';
      throw new Error(`${why} (patterns have no look-around and no back references)`, { cause: error });
    }
  }

  test(text: string): boolean {
    return this.compiled.matcher(text).find();
  }
}

const pattern: Keyword<LinearPattern> = {
  id: 'https://json-schema.org/keyword/pattern',
  compile: (schema) => Promise.resolve(new LinearPattern(Browser.value<string>(schema))),
  interpret: (compiled, node) => Instance.typeOf(node) !== 'string' || compiled.test(Instance.value<string>(node)),
};

const patternProperties: Keyword<readonly (readonly [LinearPattern, string])[], Context> = {
  id: 'https://json-schema.org/keyword/patternProperties',
  simpleApplicator: true,
  async compile(schema, ast) {
    const compiled: [LinearPattern, string][] = [];
    for await (const [name, member] of Browser.entries(schema)) {
      // A part of a schema document always belongs to a document, but the types do not express this.
      const part = member as Browser.Browser<SchemaDocument>;
      compiled.push([new LinearPattern(name), await Validation.compile(part, ast, schema)]);
    }
    return compiled;
  },
  interpret(compiled, node, context) {
    return eachProperty(node, (name, value) => {
      let isValid = true;
      for (const [known, schemaUri] of compiled) {
        if (!known.test(name)) continue;
        isValid = Validation.interpret(schemaUri, value, context) && isValid;
        context.evaluatedProperties?.add(name);
      }
      return isValid;
    });
  },
};

interface Additional {
  readonly names: ReadonlySet<string>;
  readonly patterns: readonly LinearPattern[];
  readonly schemaUri: string;
}

const additionalProperties: Keyword<Additional, Context> = {
  id: 'https://json-schema.org/keyword/additionalProperties',
  simpleApplicator: true,
  async compile(schema, ast, parent) {
    const names = new Set(await namesIn('properties', parent));
    const patterns = (await namesIn('patternProperties', parent)).map((name) => new LinearPattern(name));
    return { names, patterns, schemaUri: await Validation.compile(schema, ast, parent) };
  },
  interpret({ names, patterns, schemaUri }, node, context) {
    return eachProperty(node, (name, value) => {
      if (names.has(name) || patterns.some((known) => known.test(name))) return true;
      context.evaluatedProperties?.add(name);
      return Validation.interpret(schemaUri, value, context);
    });
  },
};

/** The library's own keyword accepts values that are off by up to 1e-7. */
const multipleOf: Keyword<number> = {
  id: 'https://json-schema.org/keyword/multipleOf',
  compile: (schema) => Promise.resolve(Browser.value<number>(schema)),
  interpret(factor, node) {
    if (Instance.typeOf(node) !== 'number') return true;
    const quotient = Instance.value<number>(node) / factor;
    return Math.abs(quotient - Math.round(quotient)) <= 4 * Number.EPSILON * Math.abs(quotient);
  },
};

async function namesIn(
  keyword: string,
  parent: Parameters<Keyword<unknown>['compile']>[2],
): Promise<readonly string[]> {
  if (!Browser.has(keyword, parent)) return [];
  return [...Browser.keys(await Browser.step(keyword, parent))];
}

/** Checks every property, even after a property that does not match. */
function eachProperty(node: Instance.JsonNode, fits: (name: string, value: Instance.JsonNode) => boolean): boolean {
  if (Instance.typeOf(node) !== 'object') return true;
  let isValid = true;
  for (const [name, value] of Instance.entries(node)) isValid = fits(Instance.value<string>(name), value) && isValid;
  return isValid;
}

/** Makes patterns run in an engine with linear time instead of JavaScript's own engine, and makes the check of multiples exact. */
export function addOwnKeywords(): void {
  for (const keyword of [pattern, patternProperties, additionalProperties, multipleOf])
    addKeyword(keyword as Keyword<unknown>);
}
