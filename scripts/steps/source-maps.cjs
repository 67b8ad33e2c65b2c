const { existsSync, readFileSync } = require('node:fs');
const { SourceMap } = require('node:module');
const { dirname, resolve } = require('node:path');

/**
 * Makes stack traces name the sources instead of the bundle, like `--enable-source-maps`. Reads the map of a file only when a stack trace
 * contains the file: that flag reads all maps at each start, which takes a quarter of a second.
 */
const maps = new Map();

Error.prepareStackTrace = (error, frames) => [describe(error), ...frames.map(lineOf)].join('\n    at ');

function describe(error) {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return 'Error';
  }
}

/** Returns a frame as V8 writes it, with the position in the source. */
function lineOf(frame) {
  const text = String(frame);
  const [file, line, column] = [frame.getFileName(), frame.getLineNumber(), frame.getColumnNumber()];
  const origin = file === null ? undefined : mapOf(file)?.findOrigin(line, column);
  if (origin?.fileName === undefined) return text;
  const source = resolve(dirname(file), origin.fileName);
  return text.replace(`${file}:${line}:${column}`, `${source}:${origin.lineNumber}:${origin.columnNumber}`);
}

function mapOf(file) {
  if (!maps.has(file)) maps.set(file, readMap(`${file}.map`));
  return maps.get(file);
}

function readMap(file) {
  try {
    return existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
  } catch {
    // A rebuild is replacing the file. The trace then names the bundle.
    return undefined;
  }
}
