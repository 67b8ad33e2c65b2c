/** A step of a scenario, with its table or text if it has one. */
export interface Step {
  readonly text: string;
  readonly table: readonly (readonly string[])[];
  readonly docString: string | null;
}

/** A scenario ready to run: background in front, examples filled in. */
export interface Scenario {
  readonly name: string;
  readonly tags: readonly string[];
  readonly steps: readonly Step[];
}

export interface Feature {
  readonly name: string;
  readonly scenarios: readonly Scenario[];
}

/** A text that is no Gherkin, and the line from 1. */
class GherkinFault extends Error {
  constructor(message: string, line: number) {
    super(`line ${line}: ${message}`);
    this.name = 'GherkinFault';
  }
}

interface Examples {
  readonly name: string;
  readonly tags: readonly string[];
  readonly rows: string[][];
}

interface Block {
  readonly kind: 'background' | 'scenario';
  readonly name: string;
  readonly tags: readonly string[];
  readonly steps: MutableStep[];
  readonly examples: Examples[];
}

interface MutableStep {
  text: string;
  table: string[][];
  docString: string | null;
}

const HEADING =
  /^(Feature|Rule|Background|Scenario Outline|Scenario Template|Scenario|Example|Examples|Scenarios):\s*(.*)$/;
const STEP = /^(?:Given|When|Then|And|But|\*)\s+(.*)$/;

/** Reads one feature in Gherkin (https://cucumber.io/docs/gherkin/reference/), in English. Errors: an `Error` that names the line. */
export function readFeature(text: string): Feature {
  return new FeatureReader(text.split(/\r?\n/)).read();
}

class FeatureReader {
  private name = '';
  private featureTags: readonly string[] = [];
  private ruleTags: readonly string[] = [];
  private tags: string[] = [];
  private readonly backgrounds: Block[] = [];
  private readonly blocks: {
    readonly block: Block;
    readonly backgrounds: readonly Block[];
    readonly tags: readonly string[];
  }[] = [];
  private block: Block | null = null;
  private examples: Examples | null = null;
  private docString: { readonly mark: string; readonly indent: number; readonly lines: string[] } | null = null;
  private line = 0;

  constructor(private readonly lines: readonly string[]) {}

  read(): Feature {
    for (const line of this.lines) {
      this.line += 1;
      this.take(line);
    }
    if (this.docString) throw new GherkinFault('a doc string is not closed', this.line);
    const scenarios = this.blocks.flatMap(({ block, backgrounds, tags }) => scenariosOf(block, backgrounds, tags));
    return { name: this.name, scenarios };
  }

  private take(raw: string): void {
    const line = raw.trim();
    if (this.docString) {
      this.inDocString(raw, line);
      return;
    }
    if (line === '' || line.startsWith('#')) return;
    if (line.startsWith('@')) {
      this.tags.push(...line.replace(/\s#.*$/, '').split(/\s+/));
      return;
    }
    const heading = HEADING.exec(line);
    if (heading) this.heading(heading[1] ?? '', heading[2] ?? '');
    else this.body(raw, line);
  }

  private heading(word: string, name: string): void {
    const tags = this.tags;
    this.tags = [];
    this.examples = null;
    if (word === 'Feature') {
      this.name = name;
      this.featureTags = tags;
      return;
    }
    if (word === 'Rule') {
      this.ruleTags = tags;
      this.block = null;
      // A background of the feature holds for its rules; that of a rule for itself.
      this.backgrounds.splice(1);
      return;
    }
    if (word === 'Examples' || word === 'Scenarios') {
      if (this.block?.kind !== 'scenario') throw new GherkinFault('Examples outside a scenario', this.line);
      this.examples = { name, tags, rows: [] };
      this.block.examples.push(this.examples);
      return;
    }
    const kind = word === 'Background' ? 'background' : 'scenario';
    this.block = { kind, name, tags, steps: [], examples: [] };
    if (kind === 'background') this.backgrounds.push(this.block);
    else {
      const inherited = [...this.featureTags, ...this.ruleTags, ...tags];
      this.blocks.push({ block: this.block, backgrounds: [...this.backgrounds], tags: inherited });
    }
  }

  private body(raw: string, line: string): void {
    if (line.startsWith('|')) {
      this.row(line);
      return;
    }
    if (line.startsWith('"""') || line.startsWith('```')) {
      this.docString = { mark: line.slice(0, 3), indent: raw.indexOf(line), lines: [] };
      return;
    }
    const step = STEP.exec(line);
    if (step && this.block && !this.examples) {
      this.block.steps.push({ text: step[1] ?? '', table: [], docString: null });
      return;
    }
    // Free text below a heading describes it.
    const isDescription = this.block === null || (this.block.steps.length === 0 && this.examples === null);
    if (!isDescription) throw new GherkinFault(`"${line.slice(0, 60)}" is no step`, this.line);
  }

  private row(line: string): void {
    const cells = cellsOf(line);
    if (this.examples) this.examples.rows.push(cells);
    else {
      const step = this.block?.steps.at(-1);
      if (!step) throw new GherkinFault('a table without a step', this.line);
      step.table.push(cells);
    }
  }

  private inDocString(raw: string, line: string): void {
    const open = this.docString;
    if (!open) return;
    if (line !== open.mark) {
      open.lines.push(raw.slice(Math.min(open.indent, raw.length - raw.trimStart().length)));
      return;
    }
    const step = this.block?.steps.at(-1);
    if (!step) throw new GherkinFault('a doc string without a step', this.line);
    step.docString = open.lines.join('\n');
    this.docString = null;
  }
}

/** The cells of a table's row; `\|`, `\\` and `\n` are escapes there, all else stands as it is. */
function cellsOf(line: string): string[] {
  const cells: string[] = [];
  let cell = '';
  const inner = line.slice(1, line.endsWith('|') && !line.endsWith('\\|') ? -1 : undefined);
  for (let at = 0; at < inner.length; at += 1) {
    const pair = inner.slice(at, at + 2);
    if (pair === '\\|' || pair === '\\\\' || pair === '\\n') {
      cell += pair === '\\n' ? '\n' : pair.slice(1);
      at += 1;
    } else if (inner[at] === '|') {
      cells.push(cell.trim());
      cell = '';
    } else cell += inner.charAt(at);
  }
  return [...cells, cell.trim()];
}

function scenariosOf(block: Block, backgrounds: readonly Block[], tags: readonly string[]): Scenario[] {
  const steps: readonly Step[] = [...backgrounds.flatMap((background) => background.steps), ...block.steps];
  if (block.examples.length === 0) return [{ name: block.name, tags, steps }];
  return block.examples.flatMap((examples) => {
    const [header = [], ...rows] = examples.rows;
    return rows.map((row, index) => {
      const fill = (text: string): string =>
        text.replace(/<([^<>]+)>/g, (whole, name: string) => row[header.indexOf(name)] ?? whole);
      const label = examples.name === '' ? `${index + 1}` : `${examples.name} ${index + 1}`;
      return {
        name: `${fill(block.name)} (${label}: ${row.join(', ')})`,
        tags: [...tags, ...examples.tags],
        steps: steps.map((step) => ({
          text: fill(step.text),
          table: step.table.map((cells) => cells.map(fill)),
          docString: step.docString === null ? null : fill(step.docString),
        })),
      };
    });
  });
}
