import type { ConfigSection } from './config-section';

const WIDTH = 110;

/** Returns the content of `.env.example`: every declared variable, commented out, with its description, unit and default. */
export function renderEnvExample(sections: readonly ConfigSection[]): string {
  const blocks = sections.map((section) => {
    const lines = Object.entries(section.variables).map(([name, variable]) => {
      const unit = variable.unit === '' ? '' : ` (${variable.unit})`;
      return `${wrap(`${variable.description}${unit}`)}\n# ${name}=${variable.defaultText ?? ''}`;
    });
    return `## ${section.title}\n\n${lines.join('\n\n')}`;
  });
  return `# Settings, with their defaults. Copy to .env and uncomment what you change.\n\n${blocks.join('\n\n')}\n`;
}

function wrap(description: string): string {
  const lines: string[] = [];
  let line = '#';
  for (const word of description.split(' ')) {
    if (line.length + word.length + 1 > WIDTH) {
      lines.push(line);
      line = '#';
    }
    line += ` ${word}`;
  }
  return [...lines, line].join('\n');
}
