import type { Rule } from './rule';

const pattern = /timed out after (?<seconds>\d+) seconds(?<silent> of silence)?/;

/** A build that took or was silent for longer than Nix allows. */
export const timedOut: Rule = ({ message }) => {
  const { seconds, silent } = pattern.exec(message)?.groups ?? {};
  if (seconds === undefined) return null;
  const setting = silent === undefined ? 'timeout' : 'max-silent-time';
  return {
    line: Infinity,
    cause:
      silent === undefined
        ? `Nix ended the build because it took longer than ${seconds} seconds.`
        : `Nix ended the build because it printed nothing for ${seconds} seconds.`,
    advice: `Allow it more with --${setting} SECONDS (or ${setting} in nix.conf). The last lines of the log say what it was at; something may wait for input or for the network.`,
    remedy: null,
  };
};
