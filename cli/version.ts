import manifest from '../package.json' with { type: 'json' };

/** The version of this command: the package's. */
export const VERSION: string = manifest.version;
