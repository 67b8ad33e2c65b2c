import { LAYOUTS_VARIABLE } from '../support/layouts';

/** Read by the files with the stories when they are loaded: to be imported before them. */
process.env[LAYOUTS_VARIABLE] = 'other';
