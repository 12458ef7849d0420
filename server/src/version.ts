import manifest from '../../package.json';

/** Ours, as the package says. */
export const version: string = manifest.version;
