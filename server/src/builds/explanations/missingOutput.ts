import type { Rule } from './rule';

const pattern = /failed to produce output path for output ['"](?<name>[^'"]+)['"]/;

/** The build came to its end, and an output is not there. */
export const missingOutput: Rule = ({ message }) => {
  const name = pattern.exec(message)?.groups?.['name'];
  if (name === undefined) return null;
  return {
    line: Infinity,
    cause: `The build ended well and has not made its output ${name}: nothing was written to $${name}.`,
    advice:
      name === 'out'
        ? 'Let installPhase put something there: mkdir -p "$out/bin", then copy what was built; or let make install have $out as its prefix.'
        : `Let installPhase put something there, or take ${name} out of outputs. stdenv moves only what it knows into an output: bin, lib, include, share/doc, share/man.`,
    remedy: name === 'out' ? null : { kind: 'listed', attribute: 'outputs', name },
    attribute: name === 'out' ? 'installPhase' : 'outputs',
  };
};
