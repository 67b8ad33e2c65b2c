import { PORTABLE_BUILTINS } from './builtins/builtins.js';
import { engineWith } from './engine.js';

export * from './common.js';
export const { check, compile, compileLayer, compilePolicy } = engineWith(PORTABLE_BUILTINS);
