import { LAYOUTS_VARIABLE } from '../support/layouts';

/** Import this before the story files, which read the variable when they are loaded. */
process.env[LAYOUTS_VARIABLE] = 'other';
