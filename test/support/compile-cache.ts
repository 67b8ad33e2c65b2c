import path from 'node:path';

/** For the environment of programs of ours: what V8 made of the code at one start serves the next, and tests start hundreds. */
export const COMPILE_CACHE: Readonly<Record<string, string>> = {
  NODE_COMPILE_CACHE: path.resolve(__dirname, '../../node_modules/.cache/compiled'),
};
