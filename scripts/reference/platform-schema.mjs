/** Writes the JSON Schema of configuration files, which editors load from the documentation site. */
import { compiled } from './compiled.mjs';

/** Returns the schema as JSON text, as `coresdk configuration schema` prints it. */
export async function platformSchema() {
  const { configurationSchema } = await compiled('cli/configuration/document/schema.js');
  return `${JSON.stringify(configurationSchema(), null, 2)}\n`;
}
