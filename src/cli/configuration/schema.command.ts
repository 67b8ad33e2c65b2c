import { type Command } from '../command';
import { jsonText } from '../operations/show';
import { parseOptions } from '../options';
import { configurationSchema } from './document/schema';

/** `coresdk configuration schema` */
export const schemaCommand: Command = {
  usage: `Usage: coresdk configuration schema

Prints the JSON Schema of a configuration file, with which editors complete and check it.

Example:
  coresdk configuration schema > platform.schema.json

Exits 0.`,
  run(args, terminal) {
    parseOptions(args, {});
    terminal.out(jsonText(configurationSchema()));
    return 0;
  },
};
